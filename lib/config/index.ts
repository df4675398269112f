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
  Rights,
  RtpConfig,
  RtpDestinationConfig,
  SensorModeConfig,
  ServerConfig,
  SizeConfig,
  SourceConfig,
  TokenConfig,
  UserConfig,
  VideoConfig,
  WebrtcConfig,
  WhipConfig,
} from './config.js';
export { outputSize } from './picture-size.js';
export { streamedCameras, streamModes, withMode, type StreamMode } from './mode.js';
export { loadConfig } from './load.js';
export { applyOverrides, type Overrides } from './overrides.js';
export { parseConfig } from './parse.js';
export type { CameraName } from './schema/file.js';
export { changeSettings, settingEdits, type ConfigEdit, type LiveSettings } from './live-settings.js';
export { publicConfig } from './public-config.js';
export { saveEdits } from './save.js';
export { dotted } from './toml.js';
export { bearerToken, bitrateBound, count, framesPerSecond, port, quality } from './schema/fields.js';
export { videoCodec } from './schema/video.js';
