import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parseConfig } from '../../lib/config/index.js';
import { assertFails, cameraOf, camerasOf } from './helpers.js';

const goSystem = readFileSync(new URL('go-system.toml', import.meta.url), 'utf8');

function to(host: string, port: number) {
  return [{ host, port, rtcpPort: undefined }];
}

const defaultRtp = {
  enabled: false,
  destinations: to('127.0.0.1', 5000),
  localPort: 0,
  rtcpLocalPort: 0,
  profile: 'universal',
  restartInterval: 'auto',
  ...{ maxBitrateKbps: undefined, minBitrateKbps: undefined, minQuality: 20 },
  encodeThreads: 1,
  quality: 85,
  quantizationTables: 'in-band',
  ssrc: undefined,
};

const defaultCamera = {
  name: 'camera1',
  source: { kind: 'camera-index', index: 0 },
  ...{ isRequired: false, width: 640, height: 480 },
  fps: 30,
  flipMethod: 'none',
  crop: undefined,
  scaleTo: undefined,
  colorRange: 'auto',
  sensorMode: undefined,
  syncMode: undefined,
  tuningFile: undefined,
  controls: {},
  ...{ loop: true, paced: true },
  ...{ webrtcPort: 5557, whip: undefined },
  rtp: defaultRtp,
};

test('an empty file describes two cameras that are not sent', () => {
  const { config, notices } = parseConfig('', 'config.toml');
  assert.deepEqual(config, {
    cameras: [
      defaultCamera,
      {
        ...defaultCamera,
        name: 'camera2',
        source: { kind: 'camera-index', index: 1 },
        webrtcPort: 5558,
        rtp: { ...defaultRtp, destinations: to('127.0.0.1', 5002) },
      },
    ],
    rtp: {
      mtuBytes: 1400,
      dscp: 0,
      ttl: undefined,
      bindAddress: undefined,
      multicastInterface: undefined,
      multicastLoopback: true,
      pacing: { mode: 'auto', spread: 0.5 },
      subFrame: true,
      rtcp: true,
      rtcpMux: false,
      absCaptureTime: false,
      socket: 'native',
      statsIntervalSeconds: 10,
    },
    server: {
      ...{ enabled: true, webPort: 8080, bindIp: '0.0.0.0', piIp: undefined, maxPreviews: 10 },
      ...{ readAccess: 'open', controlAccess: 'authenticated', tokens: [], users: [] },
      ...{ allowedHosts: [], corsOrigins: [], tls: undefined },
    },
    webrtc: {
      stunServer: 'stun:stun.l.google.com:19302',
      maxClients: 4,
      mtuBytes: 1200,
      minBitrateBps: 150000,
      bindAddress: undefined,
      portRange: undefined,
      timeoutMs: 10000,
    },
    video: { codec: 'h264', hardware: true, bitrateBps: 2e6, keyframeInterval: 300, effort: 0, cpuUsed: -8 },
    ...{ shutdownTimeoutMs: 30_000, maxMemoryBytes: 0 },
  });
  assert.deepEqual(notices, []);
});

test("the Go system's quick start enables its camera by dest_host", () => {
  const cameras = camerasOf(`
    [mjpeg-rtp]
    enabled = true
    [mjpeg-rtp.camera1]
    dest_host = "127.0.0.1"
    dest_port = 5000`);
  assert.deepEqual(cameras, [{ ...defaultCamera, rtp: { ...defaultRtp, enabled: true } }]);
});

describe("the Go system's file", () => {
  const { config, notices } = parseConfig(goSystem, 'go.toml');

  test('sets both cameras', () => {
    assert.deepEqual(config.cameras, [
      {
        ...defaultCamera,
        source: { kind: 'camera-id', id: '/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a' },
        flipMethod: 'vertical-flip',
        rtp: { ...defaultRtp, enabled: true, destinations: to('192.168.1.100', 5000), ssrc: 0x12345678 },
      },
      {
        ...defaultCamera,
        name: 'camera2',
        source: { kind: 'camera-id', id: '/base/axi/pcie@1000120000/rp1/i2c@80000/imx708@1a' },
        width: 1280,
        height: 720,
        crop: { x: 160, y: 90, width: 960, height: 540 },
        scaleTo: { width: 640, height: 360 },
        webrtcPort: 5558,
        rtp: { ...defaultRtp, enabled: true, destinations: to('192.168.1.100', 5002), ssrc: 0x12345679 },
      },
    ]);
    assert.equal(config.server.piIp, '192.168.1.20');
    assert.equal(config.maxMemoryBytes, 512 * 1_048_576);
  });

  test('has each key without effect named once', () => {
    const named = notices.join(', ');
    for (const name of [
      'zeromq',
      'lidar-front',
      'imu-main',
      'app',
      'webrtc.data_channels',
      'buffers.encoded_channel_size',
      'timeouts.http_shutdown_timeout_seconds',
      'logging.level',
      'limits.max_payload_size_mb',
      'debug.pprof',
    ]) {
      assert.equal(named.split(/[ ,]+/).filter((word) => word === name).length, 1, name);
    }
    assert.doesNotMatch(named, /\bcamera1\.width|mjpeg-rtp\.camera1|\.shutdown_timeout|max_memory/);
    for (const notice of notices) assert.match(notice, /^go\.toml: [^\n]+$/);
  });
});

describe('which cameras there are', () => {
  test('those with either section, by number', () => {
    const cameras = camerasOf('[mjpeg-rtp.camera10]\n[camera3]\n[mjpeg-rtp.camera2]');
    assert.deepEqual(
      cameras.map((camera) => [
        camera.name,
        camera.webrtcPort,
        camera.rtp.destinations[0]?.port,
        camera.source,
      ]),
      [
        ['camera2', 5558, 5002, { kind: 'camera-index', index: 1 }],
        ['camera3', 5559, 5004, { kind: 'camera-index', index: 2 }],
        ['camera10', 5566, 5018, { kind: 'camera-index', index: 9 }],
      ],
    );
  });

  for (const { keys, enabled } of [
    { keys: '', enabled: false },
    { keys: 'dest_port = 5000', enabled: false },
    { keys: 'dest_host = ""', enabled: false },
    { keys: 'dest_host = "a"', enabled: true },
    { keys: 'dest_host = "a"\nenabled = false', enabled: false },
    { keys: 'enabled = true', enabled: true },
  ]) {
    test(`RTP is ${enabled ? 'on' : 'off'} with ${JSON.stringify(keys)}`, () => {
      assert.equal(cameraOf(`[mjpeg-rtp.camera1]\n${keys}`).rtp.enabled, enabled);
    });
  }
});

describe('the values of a camera', () => {
  for (const { device, source } of [
    { device: '""', source: { kind: 'camera-index', index: 1 } },
    { device: '"3"', source: { kind: 'camera-index', index: 3 } },
    { device: '3', source: { kind: 'camera-index', index: 3 } },
    { device: '"auto"', source: { kind: 'auto' } },
    { device: '"test"', source: { kind: 'test' } },
    { device: '"file:clips/a.y4m"', source: { kind: 'file', path: 'clips/a.y4m' } },
    { device: '"/base/soc/imx219@10"', source: { kind: 'camera-id', id: '/base/soc/imx219@10' } },
  ]) {
    test(`device ${device}`, () => {
      assert.deepEqual(cameraOf(`[camera2]\ndevice = ${device}`).source, source);
    });
  }

  for (const { ssrc, value } of [
    { ssrc: '0', value: undefined },
    { ssrc: '"0x0"', value: undefined },
    { ssrc: '0x12345678', value: 0x12345678 },
    { ssrc: '"0xFFFFffff"', value: 0xffffffff },
    { ssrc: '4294967295', value: 0xffffffff },
    { ssrc: '1.0', value: 1 },
  ]) {
    test(`ssrc ${ssrc}`, () => {
      assert.equal(cameraOf(`[mjpeg-rtp.camera1]\nssrc = ${ssrc}`).rtp.ssrc, value);
    });
  }

  test('whole numbers and floats stand for each other', () => {
    const camera = cameraOf('[camera1]\nwidth = 1280.0\nfps = 25');
    assert.deepEqual([camera.width, camera.fps], [1280, 25]);
    assert.equal(cameraOf('[camera1]\nfps = 29.97').fps, 29.97);
  });

  test('a sensor mode has a size and may have a depth', () => {
    const mode = (text: string) => cameraOf(`[camera1]\nsensor_mode = "${text}"`).sensorMode;
    assert.deepEqual(mode('2304x1296'), { width: 2304, height: 1296, bitDepth: undefined });
    assert.deepEqual(mode('2304x1296:10'), { width: 2304, height: 1296, bitDepth: 10 });
    assert.equal(mode(''), undefined);
  });

  test('controls may have any name and every type of libcamera', () => {
    const controls = { AeEnable: false, AnalogueGain: 2.5, AfMode: 'manual', ColourGains: [1.5, 2] };
    const text = 'AeEnable = false\nAnalogueGain = 2.5\nAfMode = "manual"\nColourGains = [1.5, 2]';
    assert.deepEqual(cameraOf(`[camera1.controls]\n${text}`).controls, controls);
  });

  test('a crop may leave its size out, and with everything 0 there is none', () => {
    assert.deepEqual(cameraOf('[camera1.crop]\nx = 8').crop, { x: 8, y: 0, width: 0, height: 0 });
    assert.equal(cameraOf('[camera1.crop]\nx = 0\nwidth = 0').crop, undefined);
  });

  test('empty texts mean not set', () => {
    const text =
      '[camera1]\nflip_method = ""\ntuning_file = ""\n[server]\npi_ip = ""\n[webrtc]\nstun_server = ""';
    const { config } = parseConfig(text, 'config.toml');
    assert.equal(config.cameras[0]?.flipMethod, 'none');
    assert.equal(config.cameras[0].tuningFile, undefined);
    assert.equal(config.server.piIp, undefined);
    assert.equal(config.webrtc.stunServer, undefined);
  });
});

describe('destinations', () => {
  const camera = (text: string) => cameraOf(`[mjpeg-rtp.camera1]\n${text}`).rtp;

  test('alone they say it all, and enable the camera', () => {
    const { enabled, destinations } = camera('destinations = ["10.0.0.1:6000", "[fe80::1%eth0]:6002"]');
    assert.equal(enabled, true);
    assert.deepEqual(destinations, [...to('10.0.0.1', 6000), ...to('fe80::1%eth0', 6002)]);
  });

  test('beside dest_host they are further ones', () => {
    const { destinations } = camera(
      'dest_host = "pi.local"\nrtcp_port = 7001\ndestinations = ["239.1.1.1:5004"]',
    );
    assert.deepEqual(destinations, [
      { host: 'pi.local', port: 5000, rtcpPort: 7001 },
      ...to('239.1.1.1', 5004),
    ]);
  });

  for (const wrong of ['10.0.0.1', '10.0.0.1:0', '10.0.0.1:65536', 'fe80::1:5000:', ':5000']) {
    test(`${wrong} is none`, () => {
      assertFails(() => camera(`destinations = ["${wrong}"]`), 'ERR_CONFIG_INVALID', /destinations/);
    });
  }
});

describe('the restart profile', () => {
  const camera = (keys: string) => cameraOf(`[mjpeg-rtp.camera1]\nprofile = "restart"\n${keys}`);

  test('sends tables that a receiver may keep, unless others are asked for', () => {
    assert.equal(camera('').rtp.quantizationTables, 'numbered');
    assert.equal(camera('quality = 100').rtp.quantizationTables, 'numbered');
    assert.equal(camera('quantization_tables = "static"').rtp.quantizationTables, 'static');
  });

  test('has an interval of its own choice, or one in MCUs', () => {
    assert.equal(camera('').rtp.restartInterval, 'auto');
    assert.equal(camera('restart_interval = "auto"').rtp.restartInterval, 'auto');
    assert.equal(camera('restart_interval = 65535').rtp.restartInterval, 65535);
  });

  for (const wrong of ['0', '65536', '1.5', '"8"', '"Auto"']) {
    test(`has no interval of ${wrong}`, () => {
      const message = /restart_interval is .*, but must be "auto", or a whole number from 1 to 65535/;
      assertFails(() => camera(`restart_interval = ${wrong}`), 'ERR_CONFIG_INVALID', message);
    });
  }
});

describe('what does not go together', () => {
  test('several encode threads without restart markers', () => {
    const text = '[mjpeg-rtp.camera1]\nencode_threads = 2';
    assertFails(() => cameraOf(text), 'ERR_CONFIG_CONFLICT', /encode_threads is 2.*profile = "restart"/);
    assert.equal(cameraOf(`${text}\nprofile = "restart"`).rtp.encodeThreads, 2);
  });

  test('tables of one frame alone, with packets that are to be of use alone', () => {
    const text = '[mjpeg-rtp.camera1]\nprofile = "restart"\nquantization_tables = "in-band"';
    const message = /quantization_tables is "in-band".* = "numbered", or profile = "universal"/;
    assertFails(() => cameraOf(text), 'ERR_CONFIG_CONFLICT', message);
  });

  test('RTCP on the port of RTP by dgram', () => {
    const text = '[mjpeg-rtp]\nrtcp_mux = true\nsocket = "dgram"';
    assertFails(() => cameraOf(text), 'ERR_CONFIG_CONFLICT', /rtcp_mux .*socket = "native"/);
  });
});
