import { describe, test } from 'node:test';
import { parseConfig } from '../../lib/config/index.js';
import { assertFails } from './helpers.js';

interface Case {
  readonly text: string;
  readonly says: string;
}

const invalidValues: Case[] = [
  {
    text: '[mjpeg-rtp.camera1]\nquality = 0',
    says: 'c.toml:2: mjpeg-rtp.camera1.quality is 0, but must be a whole number from 1 to 100',
  },
  {
    text: '[mjpeg-rtp.camera1]\nquality = 101',
    says: 'c.toml:2: mjpeg-rtp.camera1.quality is 101, but must be a whole number from 1 to 100',
  },
  {
    text: '[mjpeg-rtp]\nmtu = 20',
    says: 'c.toml:2: mjpeg-rtp.mtu is 20, but must be a whole number from 256 to 65507',
  },
  {
    text: '[mjpeg-rtp]\nmtu = 70000',
    says: 'c.toml:2: mjpeg-rtp.mtu is 70000, but must be a whole number from 256 to 65507',
  },
  {
    text: '[mjpeg-rtp]\ndscp = 64',
    says: 'c.toml:2: mjpeg-rtp.dscp is 64, but must be a whole number from 0 to 63',
  },
  {
    text: '[mjpeg-rtp.camera2]\ndest_port = 0',
    says: 'c.toml:2: mjpeg-rtp.camera2.dest_port is 0, but must be a whole number from 1 to 65535',
  },
  {
    text: '[mjpeg-rtp.camera2]\ndest_port = 70000',
    says: 'c.toml:2: mjpeg-rtp.camera2.dest_port is 70000, but must be a whole number from 1 to 65535',
  },
  {
    text: '[mjpeg-rtp.camera1]\ndest_host = "a b"',
    says: 'c.toml:2: mjpeg-rtp.camera1.dest_host is "a b", but must be a host name or an IP address',
  },
  {
    text: '[camera1]\nflip_method = "upside-down"',
    says: 'c.toml:2: camera1.flip_method is "upside-down", but must be one of "", "none", "vertical-flip", "horizontal-flip", "rotate-90", "rotate-180", "rotate-270"',
  },
  {
    text: '[camera1]\nwidth = "640"',
    says: 'c.toml:2: camera1.width is "640", but must be a whole number from 16 to 16383',
  },
  {
    text: '[camera1]\nwidth = 640.5',
    says: 'c.toml:2: camera1.width is 640.5, but must be a whole number from 16 to 16383',
  },
  {
    text: '[camera1]\nwidth = 99999999999999999999',
    says: 'c.toml:2: camera1.width is 99999999999999999999, but must be a whole number from 16 to 16383',
  },
  {
    text: '[camera1]\nwidth = 1979-05-27',
    says: 'c.toml:2: camera1.width is a date, but must be a whole number from 16 to 16383',
  },
  { text: '[camera1]\nfps = nan', says: 'c.toml:2: camera1.fps is NaN, but must be a number from 1 to 240' },
  { text: '[camera1]\npaced = 1', says: 'c.toml:2: camera1.paced is 1, but must be true or false' },
  {
    text: '[camera1]\nsensor_mode = "big"',
    says: 'c.toml:2: camera1.sensor_mode is "big", but must be "WIDTHxHEIGHT" or "WIDTHxHEIGHT:BITS" such as "2304x1296:10", or ""',
  },
  {
    text: '[mjpeg-rtp.camera1]\nssrc = "12"',
    says: 'c.toml:2: mjpeg-rtp.camera1.ssrc is "12", but must be a whole number from 0 to 4294967295, also written as 0x12345678 or "0x12345678"',
  },
  {
    text: '[mjpeg-rtp.camera1]\nssrc = 4294967296',
    says: 'c.toml:2: mjpeg-rtp.camera1.ssrc is 4294967296, but must be a whole number from 0 to 4294967295, also written as 0x12345678 or "0x12345678"',
  },
  {
    text: '[camera1.controls]\nExposureTime = { a = 1 }',
    says: 'c.toml:2: camera1.controls.ExposureTime is a table, but camera1.controls must be a table of control names, each with true, false, a number, a string or an array of numbers',
  },
  { text: '[[camera1]]', says: 'c.toml:1: camera1 is an array, but must be a table of keys' },
  { text: 'server = 8080', says: 'c.toml:1: server is 8080, but must be a table of keys' },
  {
    text: '[camera1]\nfps = 0\nwidth = 1\nheight = 2',
    says: 'c.toml:3: camera1.width is 1, but must be a whole number from 16 to 16383 (and 2 more)',
  },
];

describe('a value that cannot be', () => {
  for (const { text, says } of invalidValues) {
    test(text.replaceAll('\n', ' '), () => {
      assertFails(() => parseConfig(text, 'c.toml'), 'ERR_CONFIG_INVALID', says);
    });
  }
});

const unknownKeys: Case[] = [
  {
    text: '[camera1]\nwidht = 640',
    says: 'c.toml:2: unknown key camera1.widht; did you mean camera1.width?',
  },
  {
    text: '[camera7]\nframerates = 30',
    says: 'c.toml:2: unknown key camera7.framerates; remove it, or see docs/configuration.md',
  },
  {
    text: '[camera7]\ntarget_width = 320',
    says: 'c.toml:2: unknown key camera7.target_width; did you mean camera7.target-width?',
  },
  {
    text: '[camera2]\nquality = 50',
    says: 'c.toml:2: unknown key camera2.quality; did you mean mjpeg-rtp.camera2.quality?',
  },
  {
    text: '[mjpeg-rtp.camera1]\nport = 5000',
    says: 'c.toml:2: unknown key mjpeg-rtp.camera1.port; did you mean mjpeg-rtp.camera1.dest_port?',
  },
  { text: '[camra1]', says: 'c.toml:1: unknown section camra1; did you mean camera1?' },
  { text: '[camera0]', says: 'c.toml:1: unknown section camera0; did you mean camera1?' },
  { text: '[mjpeg_rtp.camera1]', says: 'c.toml:1: unknown section mjpeg_rtp; did you mean mjpeg-rtp?' },
  {
    text: '[mjpeg-rtp.camera1.crop]',
    says: 'c.toml:1: unknown section mjpeg-rtp.camera1.crop; did you mean camera1.crop?',
  },
  { text: '"a\\nb" = 1', says: 'c.toml:1: unknown key "a\\nb"; remove it, or see docs/configuration.md' },
  { text: '__proto__ = 1', says: 'c.toml:1: unknown key __proto__; remove it, or see docs/configuration.md' },
];

describe('a key that is unknown', () => {
  for (const { text, says } of unknownKeys) {
    test(text.replaceAll('\n', ' '), () => {
      assertFails(() => parseConfig(text, 'c.toml'), 'ERR_CONFIG_UNKNOWN_KEY', says);
    });
  }
});

const conflicts: Case[] = [
  {
    text: '[camera1]\nscaling_enabled = true\ntarget-width = 320',
    says: 'c.toml:2: camera1.scaling_enabled is true, but there is no size to scale to; set target-width and target-height',
  },
  {
    text: '[camera1.crop]\nx = 320\nwidth = 321',
    says: 'c.toml:1: camera1.crop, 321x0 at 320,0, reaches out of the picture, which is 640x480 after rotation; make it smaller',
  },
  {
    text: '[camera1]\nflip_method = "rotate-90"\n[camera1.crop]\nx = 480',
    says: 'c.toml:3: camera1.crop, 0x0 at 480,0, reaches out of the picture, which is 480x640 after rotation; make it smaller',
  },
  {
    text: '[mjpeg-rtp.camera1]\nquality = 100\nquantization_tables = "static"',
    says: 'c.toml:2: mjpeg-rtp.camera1.quality is 100, but RFC 2435 has static tables up to 99 only; lower it, or set quantization_tables = "in-band"',
  },
  {
    text: '[mjpeg-rtp.camera1]\nenabled = true\nlocal_port = 6000\n[mjpeg-rtp.camera2]\nenabled = true\nlocal_port = 6000',
    says: 'c.toml:6: mjpeg-rtp.camera2.local_port is 6000, as for camera1; give each its own, or 0',
  },
];

describe('settings that do not go together', () => {
  for (const { text, says } of conflicts) {
    test(text.replaceAll('\n', ' '), () => {
      assertFails(() => parseConfig(text, 'c.toml'), 'ERR_CONFIG_CONFLICT', says);
    });
  }
});

describe('a size that RFC 2435 cannot carry', () => {
  const rtp = '[mjpeg-rtp.camera1]\nenabled = true\n';
  const says =
    'c.toml:4: camera1 would send 2048x1536, but RFC 2435 carries at most 2040 pixels in width and in height; ' +
    'lower width and height, crop, or scale with scaling_enabled, target-width and target-height';

  test('is refused where RTP is enabled', () => {
    assertFails(
      () => parseConfig(`${rtp}[camera1]\nwidth = 2048\nheight = 1536`, 'c.toml'),
      'ERR_JPEG_SIZE',
      says,
    );
  });

  test('is judged by what is sent', () => {
    const fits = [
      `${rtp}[camera1]\nwidth = 2040\nheight = 2040`,
      `${rtp}[camera1]\nwidth = 4056\nheight = 3040\nscaling_enabled = true\ntarget-width = 1014\ntarget-height = 760`,
      `${rtp}[camera1]\nwidth = 2592\nheight = 1944\n[camera1.crop]\nx = 600`,
      '[camera1]\nwidth = 4056\nheight = 3040',
      `${rtp}[camera1]\ndevice = "file:jpegs"\nwidth = 4056\n[camera1.crop]\nx = 5000`,
    ];
    for (const text of fits) parseConfig(text, 'c.toml');
    const rotated = `${rtp}[camera1]\nheight = 2048\nflip_method = "rotate-270"`;
    assertFails(() => parseConfig(rotated, 'c.toml'), 'ERR_JPEG_SIZE', /would send 2048x640/);
  });
});

describe('text that is not TOML', () => {
  for (const { text, place } of [
    { text: 'a = 1\nb =\n', place: '2:4' },
    { text: '[camera1', place: '1:2' },
    { text: '[camera1]\nwidth = 1\nwidth = 2', place: '3:1' },
    { text: '[camera1]\r\nfps = 1979-13-45', place: '2:7' },
  ]) {
    test(JSON.stringify(text), () => {
      const says = new RegExp(`^c\\.toml:${place}: not valid TOML: .+; correct this line$`);
      assertFails(() => parseConfig(text, 'c.toml'), 'ERR_CONFIG_SYNTAX', says);
    });
  }
});

describe('the line in a message', () => {
  for (const { text, line } of [
    { text: '# c\n\n[mjpeg-rtp]\ncamera1 = { quality = 0 }', line: 4 },
    { text: '# c\n[mjpeg-rtp]\n[mjpeg-rtp."camera1"]\nquality = 0\ndest_port = 1', line: 4 },
    { text: 'mjpeg-rtp.mtu = 1400\r\n\r\nmjpeg-rtp.camera1.quality = 0\r\n', line: 3 },
    { text: '[camera1.controls]\nA = """\nquality = 0"""\n[mjpeg-rtp.camera1]\nquality = 0', line: 5 },
  ]) {
    test(`is that of the statement: ${JSON.stringify(text)}`, () => {
      const says = new RegExp(`^c\\.toml:${String(line)}: mjpeg-rtp\\.camera1\\.quality is 0`);
      assertFails(() => parseConfig(text, 'c.toml'), 'ERR_CONFIG_INVALID', says);
    });
  }

  test('is where a value of several lines begins', () => {
    const text = '[camera1]\nfps = [\n 1,\n 2,\n]\nwidth = 640\n';
    assertFails(
      () => parseConfig(text, 'c.toml'),
      'ERR_CONFIG_INVALID',
      /^c\.toml:2: camera1\.fps is an array/,
    );
  });
});
