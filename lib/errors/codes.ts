/**
 * Every error code of this package, with what it means. The addons use the same codes. Registered here once;
 * docs/errors.md is held against this table by a test.
 */
export const errorCodes = {
  ERR_USAGE: 'The command line is wrong: an unknown command or flag, or a value that a flag cannot take.',
  ERR_INVALID_ARGUMENT: 'A function of the API was called with a value that it cannot take.',
  ERR_CONFIG_NOT_FOUND: 'The configuration file that was named does not exist or cannot be read.',
  ERR_CONFIG_SYNTAX: 'The configuration file is not valid TOML.',
  ERR_CONFIG_UNKNOWN_KEY: 'The configuration has a section or key that does not exist.',
  ERR_CONFIG_INVALID: 'A value in the configuration has the wrong type or is out of range.',
  ERR_CONFIG_CONFLICT: 'Two settings that are each valid cannot be combined.',
  ERR_MODE_UNAVAILABLE: 'The streaming mode that was asked for is not built into this version.',
  ERR_NATIVE_MISSING: 'No build of the native addon could be loaded on this machine.',
  ERR_ADDON_MISMATCH: 'Two parts of this package come from different versions.',
  ERR_BUILD_TOOLS: 'What the addons are built with is not installed.',
  ERR_BUILD_FAILED: 'An addon could not be built, or what was built does not load.',
  ERR_CAMERA_UNAVAILABLE: 'No camera addon could be loaded: libcamera is missing or of an unknown version.',
  ERR_CAMERA_NOT_FOUND: 'There is no camera with this id or index.',
  ERR_CAMERA_BUSY: 'Another process is using the camera.',
  ERR_CAMERA_CONFIG: 'The camera cannot deliver what was asked of it: a size, format, mode or control.',
  ERR_CAMERA_FAILED: 'The camera stopped delivering frames, or libcamera reported an error.',
  ERR_CAMERA_STALLED: 'The camera delivered no frame for longer than its watchdog allows.',
  ERR_CAMERA_DISCONNECTED: 'The camera was unplugged.',
  ERR_FILE_NOT_FOUND: 'The file or folder that was named does not exist or cannot be read.',
  ERR_FILE_FORMAT: 'The file is not of a kind that is understood, or it is damaged.',
  ERR_FILE_WRITE: 'A file or pipe that frames are written to cannot be written.',
  ERR_NO_FRAME: 'No frame was received within the time that was given.',
  ERR_ENCODE: 'A picture could not be encoded as JPEG.',
  ERR_JPEG_INVALID: 'The bytes are not a JPEG, or it is damaged.',
  ERR_JPEG_TRUNCATED: 'The JPEG ends too early.',
  ERR_JPEG_UNSUPPORTED: 'RFC 2435 cannot carry this kind of JPEG: progressive, lossless, arithmetic, 12-bit.',
  ERR_JPEG_SAMPLING: 'RFC 2435 carries colour JPEG with 4:2:0 or 4:2:2 sampling only.',
  ERR_JPEG_HUFFMAN: 'RFC 2435 carries JPEG with the standard Huffman tables only.',
  ERR_JPEG_QUANTIZATION: 'The quantization tables of the JPEG do not fit the way they are to be sent.',
  ERR_JPEG_SIZE: 'The picture is too wide, too high or too large for RFC 2435.',
  ERR_HOST_NOT_FOUND: 'The name of a destination could not be resolved.',
  ERR_SOCKET: 'A socket could not be opened or bound.',
  ERR_FRAME_RELEASED: 'A frame was used after it had been released.',
  ERR_INTERNAL: 'A fault of this program itself: please report it.',
  ERR_CLOSED: 'The camera or output has been closed.',
} as const;

export type ErrorCode = keyof typeof errorCodes;
