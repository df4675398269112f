/**
 * The version of what TypeScript and the addons say to each other: names, arguments, the order of numbers in arrays.
 * Raised whenever any of that changes; native/addon/native_abi.h holds the same number.
 */
export const nativeAbiVersion = 6;
