export { errorCodes, type ErrorCode } from './codes.js';
export { StreamerError } from './streamer-error.js';
