// @ts-check
/**
 * @file What the server sends, as types: see the HTTP API.
 *
 * @typedef {'starting' | 'streaming' | 'stalled' | 'restarting' | 'failed' | 'stopped'} CameraState
 *
 * @typedef {boolean | number | string | number[]} ControlValue
 *
 * @typedef {object} Control A control that the camera has.
 * @property {string} name
 * @property {string} type
 * @property {boolean} array - whether it takes several values
 * @property {ControlValue | null} min
 * @property {ControlValue | null} max
 * @property {ControlValue | null} default
 * @property {Record<string, number>} enumerators
 *
 * @typedef {object} Rectangle
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} Settings
 * @property {number} quality
 * @property {number} minQuality
 * @property {number} maxBitrateKbps - 0: no bound
 * @property {number} fps
 * @property {Rectangle} [crop]
 * @property {Record<string, ControlValue>} controls
 *
 * @typedef {object} Destination
 * @property {string} host
 * @property {number} port
 * @property {number} [rtcpPort]
 * @property {boolean} isSaved - whether it is in the configuration file
 *
 * @typedef {object} RtpDescription
 * @property {boolean} enabled
 * @property {number} payloadType
 * @property {number} [ssrc]
 * @property {'universal' | 'restart'} profile
 * @property {boolean} multicast
 *
 * @typedef {object} WebRtcDescription
 * @property {'h264' | 'vp8'} codec
 * @property {number} bitrateKbps - that is sent
 * @property {number} viewers
 * @property {number} maxViewers
 *
 * @typedef {object} CameraError
 * @property {string} code
 * @property {string} message
 *
 * @typedef {object} CameraDetail
 * @property {string} id
 * @property {CameraState} state
 * @property {CameraError} [error] - why it is stalled, restarting or failed
 * @property {string} device
 * @property {string} [source]
 * @property {number} [width] - pixels of the JPEG, while open
 * @property {number} [height]
 * @property {string} [colorLabel]
 * @property {Settings} settings
 * @property {Control[]} controls
 * @property {Destination[]} destinations
 * @property {RtpDescription} rtp
 * @property {WebRtcDescription} [webrtc] - absent in mode mjpeg-rtp
 * @property {string[]} unsaved - settings that differ from the file
 * @property {number} restarts
 *
 * @typedef {object} Receiver What a receiver last reported by RTCP.
 * @property {number} ssrc
 * @property {number} lossPercent
 * @property {number} packetsLost
 * @property {number} jitterMs
 * @property {number} [roundTripMs]
 *
 * @typedef {object} Statistics Of one camera, once a second.
 * @property {CameraState} state
 * @property {number} restarts
 * @property {number} frame - number of the last frame
 * @property {number} fps
 * @property {number} bitrateKbps
 * @property {number} captured
 * @property {number} encoded
 * @property {number} sent
 * @property {number} packets
 * @property {number} frameBytes - mean of the last second
 * @property {number} quality - in force
 * @property {Record<string, number>} dropped
 * @property {Record<string, number>} errors
 * @property {Record<string, number>} latencyMs - mean of the last second, by stage
 * @property {number} [departureErrorP99Us]
 * @property {Receiver[]} receivers
 * @property {boolean} [hasReceiver]
 * @property {number} previews - clients of /stream
 * @property {VideoStatistics} [video] - absent in mode mjpeg-rtp
 *
 * @typedef {object} VideoStatistics What is encoded for viewers by WebRTC.
 * @property {number} viewers
 * @property {number} fps
 * @property {number} bitrateKbps
 * @property {number} frameBytes - mean of the last second
 * @property {number} keyframes
 * @property {number} latencyMs - from capture until all viewers' packets are on their way
 * @property {Record<string, number>} dropped
 *
 * @typedef {object} StatisticsEvent
 * @property {number} timeMs
 * @property {Record<string, Statistics>} cameras
 * @property {number} [skewUs]
 *
 * @typedef {object} Access
 * @property {boolean} control - whether this client may change things now
 * @property {'open' | 'authenticated'} mode
 * @property {string} [user]
 */

export {};
