import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { WebApp } from '../web-app.js';

const folder = fileURLToPath(new URL('../static/', import.meta.url));

/** The page for people, and its files. */
export async function addViewerRoutes(app: WebApp): Promise<void> {
  await app.register(fastifyStatic, {
    ...{ root: folder, prefix: '/static/', index: false, dotfiles: 'deny', list: false },
    cacheControl: false, // an update of this package is to show at once; the ETag saves the bytes
    setHeaders: (reply) => {
      reply.header('Cache-Control', 'no-cache');
    },
  });
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/viewer', 302));
  app.get('/viewer', { schema: { hide: true } }, (_request, reply) => reply.sendFile('viewer.html'));
}
