export { runApplication, type ApplicationOptions } from './application.js';
export { checkEnvironment } from './check-environment.js';
