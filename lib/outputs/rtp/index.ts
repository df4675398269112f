export { RtpOutput, type RtpOutputOptions, type RtpOutputStatistics } from './rtp-output.js';
