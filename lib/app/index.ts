export { describeStreams, type StreamDescription } from './session-descriptions.js';
export { runApplication, type ApplicationOptions } from './application.js';
export { FaultWatch } from './fault-watch.js';
export { checkEnvironment } from './check-environment.js';
export { buildAddon } from './build-addon/build-addon.js';
export { examine } from './doctor/examine.js';
export { canStream, findingIds, type Finding, type FindingStatus } from './doctor/finding.js';
export { measure, type MeasureOptions } from './measure/measure.js';
export { reportText } from './measure/report-text.js';
export type { MeasureReport } from './measure/report.js';
export {
  installService,
  serviceStatus,
  uninstallService,
  type InstallReport,
  type ServiceInstallOptions,
  type ServiceStatus,
  type UninstallReport,
} from './service/index.js';
