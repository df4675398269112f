// WHEP (draft-ietf-wish-whep-03): video for whoever can send an offer and read an answer.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { StreamerError } from '../../errors/index.js';
import type { WebRtcOutput, WebRtcViewer } from '../../outputs/webrtc/index.js';
import { cameraById, cameraParams } from '../cameras-by-id.js';
import { holderOf } from '../security/access-control.js';
import type { Streamer } from '../streamer.js';
import { refusals, type WebApp } from '../web-app.js';

const tags = ['WebRTC'];
const sdp = 'application/sdp';
const sessionParams = cameraParams.extend({
  session: z.string().describe('As in Location, which nobody else is told'),
});
// Who may look may watch.
const config = { right: 'read' } as const;

export async function addWhepRoutes(app: WebApp, streamer: Streamer): Promise<void> {
  const sessions = new Map<string, WebRtcViewer>();
  await app.register((scope: WebApp, _options, done) => {
    scope.addContentTypeParser(sdp, { parseAs: 'string' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    addJoinRoute(scope, streamer, sessions);
    addSessionRoutes(scope, sessions);
    done();
  });
}

function addJoinRoute(app: WebApp, streamer: Streamer, sessions: Map<string, WebRtcViewer>): void {
  const schema = {
    tags,
    summary: 'Watch a camera (WHEP)',
    description: 'The body is an SDP offer, the answer one, too. Location is the session, which DELETE ends.',
    consumes: [sdp],
    params: cameraParams,
    body: z.string(),
    response: { 201: z.string().describe('SDP'), ...refusals },
  };
  app.post('/whep/:id', { config, schema }, async (request, reply) => {
    const { id } = request.params;
    const video = videoOf(streamer, id);
    // Whoever knows it may end the session, so that it is not the identifier that statistics show.
    const session = randomUUID();
    const { viewer, answerSdp } = await video.join(request.body, {
      ...holderOf(request),
      onClosed: () => {
        sessions.delete(session);
      },
    });
    if (!viewer.isClosed) sessions.set(session, viewer);
    return reply.status(201).header('Location', `/whep/${id}/${session}`).type(sdp).send(answerSdp);
  });
}

function addSessionRoutes(app: WebApp, sessions: Map<string, WebRtcViewer>): void {
  const schema = {
    tags,
    summary: 'Watch no more (WHEP)',
    params: sessionParams,
    response: { 200: z.null(), ...refusals },
  };
  app.delete('/whep/:id/:session', { config, schema }, async (request) => {
    const viewer = sessions.get(request.params.session);
    if (!viewer) throw new StreamerError('ERR_NOT_FOUND', 'there is no such session');
    viewer.close();
    return Promise.resolve(null);
  });
  // Candidates are all in offer and answer.
  app.patch('/whep/:id/:session', { config, schema: { hide: true } }, async (_request, reply) =>
    reply
      .status(405)
      .header('Allow', 'DELETE')
      .send({ error: 'candidates belong into the offer', status: 405, code: 'ERR_NOT_FOUND' }),
  );
}

/** @throws StreamerError ERR_NOT_FOUND, ERR_CONFLICT without WebRTC */
function videoOf(streamer: Streamer, id: string): WebRtcOutput {
  const { video } = cameraById(streamer, id).control;
  if (video) return video;
  throw new StreamerError('ERR_CONFLICT', 'there is no WebRTC: start with -mode webrtc, or -mode both');
}
