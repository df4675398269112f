// Receives, and prints what came of it once its standard input ends. Prints its port first.
//   node receive.mjs
import { once } from 'node:events';
import { openReceiver } from '../../dist/index.js';

const receiver = await openReceiver({ address: '127.0.0.1', port: 0 }, { rtcp: false });
console.log(receiver.port);
let area = 0;
receiver.on('frame', ({ damagedArea }) => (area += damagedArea));
await once(process.stdin.resume(), 'end');
await receiver.close();
const { framesComplete, framesConcealed, framesLost } = receiver.statistics();
const usable = framesComplete + framesConcealed;
console.log(JSON.stringify({ framesComplete, framesConcealed, framesLost, meanDamagedArea: area / usable }));
