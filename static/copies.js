/* Texts that could not be saved yet, kept on the writer's device.

   A copy is written as soon as something is typed and removed once the server has it, so what is left here is what was
   not saved. It stands under the person's own number, and only they are offered it. On a computer that people share,
   signing out removes every copy on it, whoever's: sign_out.js asks first where there is one. A session that ended by
   itself removes nothing, since its text has not been saved. */

const PREFIX = "pcc-tracker-draft:";
let isSignedOut = false;

export const keyOf = (user, address) => `${PREFIX}${user}:${address}`;

export function copiesAt(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "[]");
  } catch {
    return [];
  }
}

/** Whether the device has kept it; a browser may keep nothing, or be full. */
export function keepCopy(key, copy) {
  if (isSignedOut) return true;
  return store(key, [copy, ...copiesAt(key).filter((one) => one.id !== copy.id)]);
}

export function dropCopy(key, id) {
  store(key, copiesAt(key).filter((one) => one.id !== id));
}

function store(key, copies) {
  try {
    if (copies.length) localStorage.setItem(key, JSON.stringify(copies));
    else localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}

function keys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

export const hasCopies = () => keys().length > 0;

export function dropAll() {
  isSignedOut = true;
  for (const key of keys()) localStorage.removeItem(key);
}
