import { z } from 'zod';
import { key } from '../key-info.js';
import { port } from './fields.js';

export const serverSection = z.strictObject({
  web_port: key(port.default(8080), { meaning: 'TCP port of the web server.', effect: 'web' }),
  bind_ip: key(z.string().default('0.0.0.0'), {
    meaning: 'Address on which the web server listens.',
    effect: 'web',
  }),
  pi_ip: key(z.string().default(''), {
    meaning: 'Address of this machine as browsers see it; empty means detected. PI_IP overrides it.',
    effect: 'web',
  }),
});
