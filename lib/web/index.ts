export type { CameraDetail, CameraStatistics } from './schemas.js';
export { hashPassword } from './security/password-hash.js';
export type { CameraControl, StreamedCamera, Streamer } from './streamer.js';
export { makeWebServer, type WebServerOptions } from './web-server.js';
export type { WebApp } from './web-app.js';
