// @ts-check
/** @import { Access, CameraDetail, StatisticsEvent } from './types.js' */
import { currentAccess, signIn } from './access.js';
import { messageOf, saveConfiguration } from './api.js';
import { CameraCard } from './camera-card.js';
import { element, setText } from './dom.js';
import { ServerEvents } from './events.js';
import { bitrate, shortTime } from './format.js';
import { StreamSlots } from './stream-slots.js';
import { bindThemeButton } from './theme.js';

/** A tab that nobody looks at gives its connection back after so long: a browser has six of them for a server. */
const hiddenMs = 60_000;

/**
 * @template {Element} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 */
function find(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`viewer.html has no ${id}`);
  return found;
}

const grid = find('cameras', HTMLElement);
const empty = find('empty', HTMLElement);
const banner = find('banner', HTMLElement);
const announcer = find('announcer', HTMLElement);
const notice = find('notice', HTMLElement);
const readOnly = find('read-only', HTMLElement);
const readOnlyText = find('read-only-text', HTMLElement);
const signInButton = find('sign-in', HTMLButtonElement);
const saveButton = find('save', HTMLButtonElement);
const saveCount = find('save-count', HTMLElement);
const summary = find('summary', HTMLElement);

/** @type {Map<string, CameraCard>} */
const cards = new Map();
const slots = new StreamSlots();
let isConnected = false;
let isSaving = false;
/** @type {Access} */
let access = { control: false, mode: 'open' };
let isAccessKnown = false;

/** @param {CameraDetail} detail */
function showCamera(detail) {
  const card = cards.get(detail.id);
  if (card !== undefined) card.update(detail);
  else addCard(detail);
  slots.allot();
  showSave();
}

/** @param {CameraDetail} detail */
function addCard(detail) {
  const card = new CameraCard(detail, { onDetail: showCamera, announce: (text) => setText(announcer, text) });
  cards.set(detail.id, card);
  grid.append(card.element);
  card.setAccess(isConnected, access.control);
  slots.add(card);
}

/** @param {CameraDetail[]} details - all that there are */
function showCameras(details) {
  const ids = new Set(details.map(({ id }) => id));
  for (const [id, card] of cards) {
    if (ids.has(id)) continue;
    slots.remove(card);
    card.element.remove();
    cards.delete(id);
  }
  for (const card of cards.values()) card.eventCame();
  for (const detail of details) showCamera(detail);
  empty.hidden = details.length > 0;
  setText(empty, 'No camera is configured. Add one to config.toml, or try “pi-camera-streamer demo”.');
}

/** @param {StatisticsEvent} statistics */
function showStatistics({ cameras, skewUs }) {
  let kbps = 0;
  let streaming = 0;
  for (const [id, card] of cards) {
    const its = Object.hasOwn(cameras, id) ? cameras[id] : undefined;
    if (its === undefined) continue;
    card.updateStatistics(its);
    if (its.state !== 'streaming') continue;
    streaming += 1;
    kbps += its.bitrateKbps;
  }
  const total = bitrate(kbps);
  setText(find('summary-streaming', HTMLElement), `${streaming} of ${cards.size}`);
  setText(find('summary-bitrate', HTMLElement), `${total.value} ${total.unit}`);
  find('summary-skew', HTMLElement).hidden = skewUs === undefined;
  setText(find('summary-skew-value', HTMLElement), shortTime(skewUs));
  summary.hidden = false;
}

/** @param {boolean} connected */
function showConnection(connected) {
  const isNew = connected !== isConnected;
  isConnected = connected;
  banner.hidden = connected;
  setText(banner, connected ? '' : 'Connection lost, trying again');
  document.title = connected ? 'Cameras' : 'Connection lost – Cameras';
  if (connected && isNew) void refreshAccess();
  if (!connected) for (const card of cards.values()) card.updateStatistics(undefined);
  showAccess();
  slots.allot();
}

async function refreshAccess() {
  access = await currentAccess();
  isAccessKnown = true;
  showAccess();
}

function showAccess() {
  for (const card of cards.values()) card.setAccess(isConnected, access.control);
  readOnly.hidden = !isConnected || !isAccessKnown || access.control;
  showSave();
}

function showSave() {
  const names = [...cards.values()].flatMap(({ detail }) => detail.unsaved);
  const unsaved = names.length;
  saveButton.disabled = unsaved === 0 || !access.control || !isConnected || isSaving;
  saveCount.hidden = unsaved === 0;
  setText(saveCount, `${unsaved} unsaved`);
  saveCount.title = names.join(', ');
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let noticeTimer;

/**
 * @param {string} text
 * @param {boolean} [isError]
 */
function showNotice(text, isError = false) {
  clearTimeout(noticeTimer);
  notice.classList.toggle('is-error', isError);
  notice.replaceChildren(element('p', {}, text));
  noticeTimer = setTimeout(() => notice.replaceChildren(), isError ? 12_000 : 6000);
}

saveButton.addEventListener('click', async () => {
  isSaving = true;
  showSave();
  try {
    const { file, saved } = await saveConfiguration();
    showNotice(`Saved ${saved.length === 1 ? '1 setting' : `${saved.length} settings`} to ${file}`);
  } catch (error) {
    showNotice(`Not saved. ${messageOf(error)}`, true);
  }
  isSaving = false;
  showSave();
});

signInButton.addEventListener('click', async () => {
  signInButton.disabled = true;
  try {
    access = await signIn(cards.keys().next().value);
    setText(readOnlyText, access.control ? '' : 'Changes are not allowed from here.');
  } catch {
    setText(readOnlyText, 'Not signed in. You can look, but not change anything.');
  }
  signInButton.disabled = false;
  showAccess();
  if (access.control) showNotice(access.user === undefined ? 'Signed in' : `Signed in as ${access.user}`);
});

const events = new ServerEvents({
  cameras: showCameras,
  camera: (detail) => {
    cards.get(detail.id)?.eventCame();
    showCamera(detail);
  },
  statistics: showStatistics,
  connection: showConnection,
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let hiddenTimer;
document.addEventListener('visibilitychange', () => {
  clearTimeout(hiddenTimer);
  if (document.hidden) hiddenTimer = setTimeout(() => events.close(), hiddenMs);
  else events.open();
});

setText(find('server', HTMLElement), location.hostname);
bindThemeButton(find('theme', HTMLButtonElement));
events.open();
