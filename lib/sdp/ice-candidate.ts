import { parseIpAddress } from './ip-address.js';

/** Where the other side of a WebRTC session may be reached (RFC 8839 section 5.1): by UDP, at a numeric address. */
export interface IceCandidate {
  readonly foundation: string;
  /** 1: RTP, and with RTCP multiplexed the only one; 2: RTCP. */
  readonly component: number;
  /** 32 bits. */
  readonly priority: number;
  /** Numeric, IPv4 or IPv6, of one machine. */
  readonly address: string;
  /** 1..65535. */
  readonly port: number;
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay';
}

const form =
  /^(?:a=)?candidate:([\w+/=.-]{1,32}) ([12]) udp (\d{1,10}) ([\da-f:.]{2,45}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: |$)/i;

/**
 * Reads a candidate, with or without `a=` in front. Undefined for every other text, and for candidates that are of no
 * use here: by TCP, or at a name, which somebody would have to look up (`.local` names among them), at a multicast
 * address, or at none (0.0.0.0, ::). What follows the type says nothing that the session needs.
 */
export function parseIceCandidate(text: string): IceCandidate | undefined {
  const [, foundation = '', component, priority, address = '', port, type = ''] = form.exec(text) ?? [];
  const ip = parseIpAddress(address);
  if (!ip || ip.isMulticast || /^[0:.]+$/.test(address) || address === '255.255.255.255') return undefined;
  const candidate = {
    foundation,
    component: Number(component),
    priority: Number(priority),
    address,
    port: Number(port),
    type: type.toLowerCase() as IceCandidate['type'],
  };
  const isInRange = candidate.port >= 1 && candidate.port <= 65_535 && candidate.priority < 2 ** 32;
  return isInRange ? candidate : undefined;
}

/** The candidate as an attribute's text, without `a=`. */
export function writeIceCandidate(candidate: IceCandidate): string {
  const { foundation, component, priority, address, port, type } = candidate;
  // RFC 8839 section 5.1 wants the related address of all but host candidates. Nothing depends on its value.
  const related = type === 'host' ? '' : ' raddr 0.0.0.0 rport 0';
  return `candidate:${foundation} ${String(component)} UDP ${String(priority)} ${address} ${String(port)} typ ${type}${related}`;
}
