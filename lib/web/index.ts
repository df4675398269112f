export type { CameraDetail, CameraStatistics } from './schemas.js';
export { AccessControl } from './security/access-control.js';
export { Credentials } from './security/credentials.js';
export { hashPassword } from './security/password-hash.js';
export type { CameraControl, StreamedCamera, Streamer } from './streamer.js';
export { makeWebServer, type WebServerOptions } from './web-server.js';
export type { WebApp } from './web-app.js';
export { makeSignallingServer } from './signalling/signalling-server.js';
