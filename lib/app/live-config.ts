import {
  changeSettings,
  dotted,
  publicConfig,
  saveEdits,
  settingEdits,
  type CameraConfig,
  type CameraName,
  type Config,
  type ConfigEdit,
  type LiveSettings,
  type LoadedConfig,
} from '../config/index.js';
import { StreamerError } from '../errors/index.js';

/** The configuration as it is now, and how it differs from the file. */
export class LiveConfig {
  readonly #file: string | undefined;
  #sections: LoadedConfig['sections'];
  #current: Config;
  // What the file says, as far as it was not overridden by the command line.
  #saved: Config;

  constructor({ config, sections, file }: Pick<LoadedConfig, 'config' | 'sections' | 'file'>) {
    this.#file = file;
    this.#sections = sections;
    this.#current = config;
    this.#saved = config;
  }

  get current(): Config {
    return this.#current;
  }

  camera(name: CameraName): CameraConfig {
    return cameraOf(this.#current, name);
  }

  /** The camera's configuration as the file has it. */
  savedCamera(name: CameraName): CameraConfig {
    return cameraOf(this.#saved, name);
  }

  /**
   * A camera's configuration with other settings, which do not hold yet.
   *
   * @throws StreamerError ERR_CONFIG_CONFLICT when they do not go together
   */
  preview(name: CameraName, settings: LiveSettings): CameraConfig {
    return cameraOf(changeSettings(this.#current, name, settings), name);
  }

  /** Makes settings hold. */
  change(name: CameraName, settings: LiveSettings): void {
    this.#current = changeSettings(this.#current, name, settings);
  }

  /** Takes over what the file says now, but for cameras and for what is read at the start only. */
  reload({ config, sections }: Pick<LoadedConfig, 'config' | 'sections'>): void {
    this.#sections = sections;
    this.#saved = config;
    this.#current = { ...this.#current, rtp: config.rtp };
  }

  /** Makes a camera's configuration hold, but for what is read at the start only. */
  replaceCamera(next: CameraConfig): void {
    const { webrtcPort, whip } = this.camera(next.name);
    const cameras = this.#current.cameras.map((camera) =>
      camera.name === next.name ? { ...next, webrtcPort, whip } : camera,
    );
    this.#current = { ...this.#current, cameras };
  }

  /** What has to be edited in the file to make it say what holds. */
  get edits(): ConfigEdit[] {
    return settingEdits(this.#saved, this.#current);
  }

  /**
   * Writes what has changed to the file.
   *
   * @throws StreamerError ERR_CONFLICT when there is none, ERR_CONFIG_..., ERR_FILE_WRITE
   */
  save(): { file: string; saved: string[] } {
    if (this.#file === undefined) {
      throw new StreamerError(
        'ERR_CONFLICT',
        'there is no configuration file to save to: start with -config FILE, or in a folder with a config.toml',
      );
    }
    const { edits } = this;
    saveEdits(this.#file, edits);
    this.#saved = this.#current;
    return { file: this.#file, saved: edits.map(({ path }) => dotted(path)) };
  }

  toPublic(): Record<string, unknown> {
    return publicConfig(this.#sections, this.edits);
  }
}

function cameraOf({ cameras }: Config, name: CameraName): CameraConfig {
  const camera = cameras.find((other) => other.name === name);
  if (!camera) throw new Error(`no configuration of ${name}`);
  return camera;
}
