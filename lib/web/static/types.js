// @ts-check
/**
 * @file What the server sends, as types: those of the HTTP API.
 *
 * @typedef {import('../schemas.js').CameraDetail} CameraDetail
 * @typedef {CameraDetail['state']} CameraState
 * @typedef {CameraDetail['controls'][number]} Control
 * @typedef {CameraDetail['settings']} Settings
 * @typedef {Settings['controls'][string]} ControlValue
 * @typedef {NonNullable<Settings['crop']>} Rectangle
 * @typedef {CameraDetail['destinations'][number]} Destination
 * @typedef {CameraDetail['rtp']} RtpDescription
 * @typedef {NonNullable<CameraDetail['webrtc']>} WebRtcDescription
 *
 * @typedef {import('../schemas.js').CameraStatistics} Statistics Of one camera, once a second.
 * @typedef {Statistics['receivers'][number]} Receiver What a receiver last reported by RTCP.
 * @typedef {NonNullable<Statistics['video']>} VideoStatistics What is encoded for viewers by WebRTC.
 *
 * @typedef {import('../schemas.js').StatisticsEvent} StatisticsEvent
 * @typedef {import('../schemas.js').Access} Access
 */

export {};
