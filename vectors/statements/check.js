// Checks the vectors of this folder by docs/spec/countersignature.md alone. Node, no packages: `node check.js < all.json`, where the
// input is {"statements": [...], "allowed_signers": "..."}; prints one line a vector that is not as it says, then `checked N`.
'use strict';
const crypto = require('crypto');

const hex = (n) => (v) => typeof v === 'string' && new RegExp(`^[0-9a-f]{${n}}$`).test(v);
// what would steer a terminal or hide: controls, format characters, separators of lines, unassigned, lone surrogates
const plain = (v) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u.test(v);
const text = (v) => typeof v === 'string' && v.length <= 4096 && plain(v);
const reason = (v) => text(v) && v.length <= 1000;
const name = (v) => text(v) && v.length >= 1 && v.length <= 128 && v.trim() === v;
// a day that the calendar has: the parser lets 30 February be 2 March
const day = (v) => { const at = new Date(`${v.slice(0, 23)}Z`); return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 19) === v.slice(0, 19); };
const time = (v) => typeof v === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/.test(v) && day(v);
const plan = (v) => typeof v === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(v);
const instance = (v) => typeof v === 'string' && /^[0-9a-f]{64}\.(0|[1-9][0-9]{0,9})$/.test(v) && Number(v.slice(65)) <= 2147483647;
const head = (v) => v !== null && typeof v === 'object' && Object.keys(v).sort().join() === 'root,size' && hex(64)(v.root)
  && Number.isSafeInteger(v.size) && v.size >= 0;
const words = (...all) => (v) => all.includes(v);

const digest = hex(64);
const every = { approver: name, audit_head: head, instance, issued_at: time, reason, type: () => true };
const ofPlan = { ...every, nonce: hex(32), plan_hash: digest, plan_id: plan };
const approval = {
  ...ofPlan, adapter_digest: digest, agent: text, agent_owner: text, effects_digest: digest, expires_at: time,
  observed_digest: digest, policy_digest: digest, render_digest: digest, schema_version: text, signers_digest: digest,
};
const types = {
  approval,
  drift: { ...approval, base_statement: digest },
  reject: ofPlan,
  resolution: { ...ofPlan, intent_digest: digest, outcome: words('happened', 'did_not', 'unknown'), stage_id: text },
  brake: { ...every, action: words('stop', 'resume'), scope: text },
  governance: { ...every, new_digest: digest, old_digest: digest },
  erase: { ...every, blob_digest: digest },
};

// RFC 8785 for what a statement can hold: strings, integers, objects
const canonical = (v) => v !== null && typeof v === 'object' && !Array.isArray(v)
  ? `{${Object.keys(v).sort().map((key) => `${JSON.stringify(key)}:${canonical(v[key])}`).join(',')}}`
  : JSON.stringify(v);

// the field that is wrong; '(root)' for the statement as a whole; null where it is one
function fault(line) {
  let json;
  try { json = JSON.parse(line); } catch { return '(root)'; }
  if (canonical(json) !== line) return '(root)';
  if (json === null || typeof json !== 'object' || typeof json.type !== 'string' || !Object.hasOwn(types, json.type)) return 'type';
  const fields = types[json.type];
  for (const field of Object.keys(fields).sort()) {
    if (!Object.hasOwn(json, field) || !fields[field](json[field])) return field;
  }
  return Object.keys(json).length === Object.keys(fields).length ? null : '(root)';
}

function reader(buffer) {
  let at = 0;
  return {
    raw(n) { at += n; return buffer.subarray(at - n, at); },
    u32() { return this.raw(4).readUInt32BE(0); },
    string() { return this.raw(this.u32()); },
    get left() { return buffer.length - at; },
  };
}
const sshString = (bytes) => { const n = Buffer.alloc(4); n.writeUInt32BE(bytes.length); return Buffer.concat([n, bytes]); };

// PROTOCOL.sshsig, for Ed25519
function signed(armour, namespace, message, key) {
  const lines = armour.trimEnd().split('\n');
  if (lines[0] !== '-----BEGIN SSH SIGNATURE-----' || lines.at(-1) !== '-----END SSH SIGNATURE-----') return false;
  const blob = reader(Buffer.from(lines.slice(1, -1).join(''), 'base64'));
  if (blob.raw(6).toString() !== 'SSHSIG' || blob.u32() !== 1 || !blob.string().equals(key)) return false;
  if (blob.string().toString() !== namespace || blob.string().length !== 0) return false;
  const hash = blob.string();
  const inner = reader(blob.string());
  if (blob.left !== 0 || inner.string().toString() !== 'ssh-ed25519') return false;
  const signature = inner.string();
  const publicKey = reader(key);
  publicKey.string();
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey.string()]);
  const toBeSigned = Buffer.concat([
    Buffer.from('SSHSIG'), sshString(Buffer.from(namespace)), sshString(Buffer.alloc(0)), sshString(hash),
    sshString(crypto.createHash(hash.toString()).update(message).digest()),
  ]);
  return crypto.verify(null, toBeSigned, crypto.createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
}

const input = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const key = Buffer.from(input.allowed_signers.trim().split(' ')[2], 'base64');
let wrong = 0;
for (const vector of input.statements) {
  const message = Buffer.from(vector.statement, 'utf8');
  const found = fault(vector.statement);
  const good = vector.valid
    ? found === null && crypto.createHash('sha256').update(message).digest('hex') === vector.digest
      && vector.namespace === `interlock-${vector.type}-v1` && signed(vector.signature, vector.namespace, message, key)
    : vector.signature ? found === null && !signed(vector.signature, vector.namespace, message, key)
    : found === vector.field;
  if (!good) { wrong++; console.log(`${vector.name}: ${found}`); }
}
console.log(wrong === 0 ? `checked ${input.statements.length}` : `${wrong} wrong`);
