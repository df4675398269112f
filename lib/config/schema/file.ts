import { z } from 'zod';
import { key } from '../key-info.js';
import { cameraSection } from './camera.js';
import { rtpCameraSection, rtpKeys } from './mjpeg-rtp.js';
import { serverSection } from './server.js';
import { tuningSections } from './tuning.js';
import { encodingSection, videoSection, webrtcSection } from './video.js';

export type CameraName = `camera${number}`;

/** The sections `[camera1]` to `[camera99]`. */
export const cameraNamePattern = /^camera[1-9]\d?$/;

/** Sections of the other programs that share the Go system's file. Their content is not looked at. */
export const foreignSectionPattern = /^(app|zeromq|lidar-.*|imu-.*)$/;

export function isCameraName(name: string): name is CameraName {
  return cameraNamePattern.test(name);
}

export function cameraNumberOf(name: CameraName): number {
  return Number(name.slice('camera'.length));
}

function perCamera<T>(cameras: readonly CameraName[], section: (cameraNumber: number) => T) {
  const entries = cameras.map((name): [CameraName, T] => [name, section(cameraNumberOf(name))]);
  return Object.fromEntries(entries) as Record<CameraName, T>;
}

/**
 * The schema of a whole file that describes these cameras, foreign sections apart. What is absent is filled with
 * its default.
 */
export function fileSchema(cameras: readonly CameraName[]) {
  const cameraKeys = perCamera(cameras, (cameraNumber) =>
    key(cameraSection(cameraNumber).prefault({}), {
      meaning: 'One camera and its picture. [camera1] to [camera99] have the same keys.',
    }),
  );
  const rtpCameraKeys = perCamera(cameras, (cameraNumber) =>
    key(rtpCameraSection(cameraNumber).prefault({}), {
      meaning: 'Where the camera of the same name is sent.',
    }),
  );
  return z.strictObject({
    ...cameraKeys,
    'mjpeg-rtp': key(z.strictObject({ ...rtpKeys, ...rtpCameraKeys }).prefault({}), {
      meaning: 'JPEG over RTP (RFC 2435), for all cameras.',
    }),
    server: key(serverSection.prefault({}), { meaning: 'The web server.' }),
    webrtc: key(webrtcSection.prefault({}), { meaning: 'Video to browsers.' }),
    video: key(videoSection.prefault({}), { meaning: 'The video encoder of WebRTC.' }),
    encoding: key(encodingSection.prefault({}), {
      meaning: 'The video encoder of WebRTC, in its older form.',
    }),
    ...tuningSections,
  });
}

export type CameraFileSection = z.infer<ReturnType<typeof cameraSection>>;
export type RtpCameraFileSection = z.infer<ReturnType<typeof rtpCameraSection>>;

/** A file with all defaults filled in. The type of `fileSchema` itself loses the keys that depend on the cameras. */
export type FileConfig = Omit<z.infer<ReturnType<typeof fileSchema>>, 'mjpeg-rtp'> &
  Readonly<Record<CameraName, CameraFileSection>> & {
    readonly 'mjpeg-rtp': z.infer<z.ZodObject<typeof rtpKeys>> &
      Readonly<Record<CameraName, RtpCameraFileSection>>;
  };
