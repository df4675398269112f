export { describeStreams, type StreamDescription } from './session-descriptions.js';
export { runApplication, type ApplicationOptions } from './application.js';
export { checkEnvironment } from './check-environment.js';
