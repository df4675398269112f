/** Below 0: a is the older one. By number: 0.10 is newer than 0.9. */
export const compareVersions = new Intl.Collator('en', { numeric: true }).compare;
