import { Command, Option } from 'commander';
import { Hangups } from '../app/hangups.js';
import { streamModes } from '../config/mode.js';
import { packageVersion } from '../native/package-folder.js';
import { addService } from './service-program.js';
import { logLevels } from './logger.js';
import {
  parseCount,
  parseDestination,
  parseMeasureSeconds,
  parseNumber,
  parseSeconds,
  parseSize,
  parseSsrc,
} from './values.js';

const examples = `
Options may be written with one dash or two.

Examples:
  pi-camera-streamer demo                                         the test pattern, no camera needed
  pi-camera-streamer -mode mjpeg-rtp --dest 192.168.1.20:5000     the first camera to another machine
  pi-camera-streamer -config config.toml -mode mjpeg-rtp          what the file says
  pi-camera-streamer sdp --dest 239.1.1.1:5004                    how to receive that
  pi-camera-streamer -mode mjpeg-rtp --source file:clip.y4m --dest [::1]:5000 --frames 300

Exit codes: 0 done or stopped by a signal, 1 failed while running, 2 wrong usage or configuration.`;

const logLevel = (): Option =>
  new Option('--log-level <level>', 'what is logged to standard error').choices(logLevels).default('info');

const frames = (): Option =>
  new Option('--frames <count>', 'stop each camera after this many frames').argParser(parseCount);

const duration = (): Option =>
  new Option('--duration <seconds>', 'stop after this time').argParser(parseSeconds);

const webPort = (): Option =>
  new Option('--web-port <port>', 'port of the web server; 0: any that is free').argParser(parseNumber);

const noWeb = (): Option => new Option('--no-web', 'no web server');

/**
 * Commands are loaded when they run, so that help comes at once on a slow machine.
 *
 * @param outcome - its exitCode is set by the command that runs
 */
export function makeProgram(outcome: { exitCode: number }): Command {
  const program = new Command('pi-camera-streamer')
    .description('Streams Raspberry Pi cameras: JPEG over RTP (RFC 2435) for programs, WebRTC for browsers.')
    .version(packageVersion(), '--version')
    .helpOption('--help', 'show this')
    .addHelpText('after', examples)
    .exitOverride()
    .configureOutput({ outputError: () => undefined }) // errors are reported in one place, in one line
    .option('--config <file>', 'configuration file (default: config.toml here, if there is one)')
    .addOption(new Option('--mode <mode>', 'how to stream').choices(streamModes).default('webrtc'))
    .addOption(logLevel())
    .option('--source <device>', 'auto, an index, a libcamera id, test, or file:PATH')
    .option(
      '--dest <host:port>',
      'receiver of the first camera; the next ones get port + 2',
      parseDestination,
    )
    .option('--width <pixels>', 'width of the camera picture', parseNumber)
    .option('--height <pixels>', 'height of the camera picture', parseNumber)
    .option('--fps <rate>', 'frames per second', parseNumber)
    .option('--quality <1..100>', 'JPEG quality', parseNumber)
    .addOption(webPort())
    .addOption(noWeb())
    .addOption(frames())
    .addOption(duration())
    .usage('[options] [command]')
    .argument('[command]')
    .action(async (unknownCommand: string | undefined) => {
      if (unknownCommand !== undefined) program.error(`unknown command '${unknownCommand}'`);
      const hangups = new Hangups(); // before all that takes long to load
      const { stream } = await import('./commands/stream.js');
      outcome.exitCode = await stream(program.opts(), hangups);
    });
  addCommands(program, outcome);
  return program;
}

type AddCommand = (name: string, description: string) => Command;

function addCommands(program: Command, outcome: { exitCode: number }): void {
  const add: AddCommand = (name, description) =>
    program
      .command(name)
      .description(description)
      .helpOption('--help', 'show this')
      .allowExcessArguments(false);
  add('demo', 'stream the test pattern to 127.0.0.1:5000 and :5002, and show it: no configuration, no camera')
    .addOption(logLevel())
    .addOption(webPort())
    .addOption(noWeb())
    .addOption(frames())
    .addOption(duration())
    .action(async (_options: unknown, command: Command) => {
      const { demo } = await import('./commands/demo.js');
      outcome.exitCode = await demo(command.optsWithGlobals());
    });
  add('cameras', 'list the cameras that libcamera sees')
    .option('--json', 'all that is known, for programs')
    .action(async (_options: unknown, command: Command) => {
      const { cameras } = await import('./commands/cameras.js');
      await cameras(command.opts());
    });
  add('sdp', 'write the session description of each stream (RFC 8866), for receivers to open')
    .option('--camera <name>', 'only this one, such as camera1')
    .option('--out <folder>', 'write camera1.sdp and so on, in place of standard output')
    .action(async (_options: unknown, command: Command) => {
      const { sdp } = await import('./commands/sdp.js');
      await sdp(command.optsWithGlobals());
    });
  addReceive(add, outcome);
  addSetup(add, outcome);
}

/** What helps to set a machine up. */
function addSetup(add: AddCommand, outcome: { exitCode: number }): void {
  addService(add('service', 'install, remove and look at the systemd service'), outcome);
  add('doctor', 'say what is installed, what is missing, and what to do')
    .option('--json [file]', 'all findings, for programs; the report of --measure also to a file')
    .option('--measure', 'stream each camera for some seconds instead, and report rate, CPU and latency')
    .option('--seconds <seconds>', 'how long each measurement takes, 2 to 600 (20)', parseMeasureSeconds)
    .action(async (_options: unknown, command: Command) => {
      const { doctor } = await import('./commands/doctor.js');
      outcome.exitCode = await doctor(command.optsWithGlobals());
    });
  add('build-addon', "build the camera addon for this machine's libcamera, where no prebuilt one fits")
    .option('--all', 'the core addon, too')
    .action(async (_options: unknown, command: Command) => {
      const { buildAddon } = await import('./commands/build-addon.js');
      await buildAddon(command.opts());
    });
  add(
    'hash-password',
    'make what stands for a password in [server.users.NAME]; it is asked for, or read from a pipe',
  ).action(async () => {
    const { hashPasswordCommand } = await import('./commands/hash-password.js');
    await hashPasswordCommand();
  });
  add('check-config', 'check a configuration file, its cameras and its hosts')
    .argument('<file>')
    .action(async (file: string) => {
      const { checkConfig } = await import('./commands/check-config.js');
      await checkConfig(file);
    });
}

function addReceive(add: AddCommand, outcome: { exitCode: number }): void {
  add('receive', 'receive a stream: write its frames, pipe them on, or count them')
    .argument('[source]', 'rtp://ADDRESS:PORT, or a session description', 'rtp://0.0.0.0:5000')
    .option('--out <folder>', 'write frame-000001.jpg and so on')
    .option('--mjpeg <file>', 'write one JPEG after the other; - is standard output')
    .option('--stats', 'print statistics every second, not only at the end')
    .option('--json', 'print statistics as JSON, for programs')
    .option('--count <frames>', 'stop after this many frames', parseCount)
    .option('--timeout <seconds>', 'fail when no frame comes for so long', parseSeconds)
    .addOption(duration())
    .option('--latency <ms>', 'how long a frame is waited for whose packets are missing (50)', parseNumber)
    .option('--ssrc <number>', 'take this stream only', parseSsrc)
    .option('--size <WxH>', "the picture's true size, where RTP can't say it: above 2040 pixels", parseSize)
    .option('--interface <name>', 'network interface for a multicast group')
    .option('--no-rtcp', 'neither takes nor sends reports, and leaves the next port alone')
    .action(async (source: string, _options: unknown, command: Command) => {
      const { receive } = await import('./commands/receive.js');
      outcome.exitCode = await receive(source, command.optsWithGlobals());
    });
}
