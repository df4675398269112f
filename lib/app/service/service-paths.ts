/** Names and places of what the installation makes. */
export const serviceName = 'pi-camera-streamer';
export const unitName = `${serviceName}.service`;
/** Made where nobody else is named. */
export const defaultUser = serviceName;

const units = '/etc/systemd/system';
export const unitFile = `${units}/${unitName}`;
/** Beside the user's own. */
export const dropInFolder = `${unitFile}.d`;
export const dropInFile = `${dropInFolder}/50-machine.conf`;
/** For systemd-sysusers, which makes the user. */
export const sysusersFile = `/etc/sysusers.d/${serviceName}.conf`;
/** What the installation has made, so that no more than that is removed. */
export const recordFile = `/var/lib/${serviceName}/service.json`;

/** The first line of each file. Another unit of the same name, such as the Go system's, does not have it. */
export const mark = '# Made by "pi-camera-streamer service install", which writes it anew each time.';
