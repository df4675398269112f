export type {
  CameraConfig,
  CameraRtpConfig,
  ColorRange,
  Config,
  ControlValue,
  CropConfig,
  FlipMethod,
  LoadedConfig,
  QuantizationTables,
  RtpConfig,
  SensorModeConfig,
  ServerConfig,
  SizeConfig,
  SourceConfig,
  WebrtcConfig,
} from './config.js';
export { outputSize } from './picture-size.js';
export { loadConfig } from './load.js';
export { applyOverrides, type Overrides } from './overrides.js';
export { parseConfig } from './parse.js';
export type { CameraName } from './schema/file.js';
