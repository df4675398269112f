export { installService, type InstallReport, type ServiceInstallOptions } from './install.js';
export { serviceStatus, type ServiceStatus } from './service-status.js';
export { uninstallService, type UninstallReport } from './uninstall.js';
