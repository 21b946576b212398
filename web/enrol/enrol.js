const API = '/api/v1';
const STEPS = ['sign-in', 'find', 'decide', 'done'];

/** In memory only: it is gone with the page. */
let accessToken;
/** The code of the gateway that is looked at. */
let userCode = codeOfAddress();

const $ = (id) => document.getElementById(id);

/** A refusal of the API; `code` is one of its own, or UNREACHABLE. */
class Refusal extends Error {
  constructor(code, detail, retryAfterS) {
    super(detail);
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

/** The code stands behind # in the QR code, so that it reaches no server's log. */
function codeOfAddress() {
  const { hash, search } = window.location;
  return new URLSearchParams(hash.slice(1)).get('code') ?? new URLSearchParams(search).get('code') ?? '';
}

async function request(method, path, body) {
  const isForm = body instanceof URLSearchParams;
  const headers = {
    ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    ...(body && !isForm && { 'content-type': 'application/json' }),
  };
  const given = isForm ? body : body && JSON.stringify(body);
  let response;
  let answer;
  try {
    response = await fetch(API + path, { method, headers, body: given, credentials: 'omit' });
    answer = response.status === 204 ? undefined : await response.json();
  } catch {
    throw new Refusal('UNREACHABLE');
  }
  if (response.ok) return answer;
  throw new Refusal(answer.code, answer.detail, response.headers.get('retry-after'));
}

/** What a refusal means to the person, and what to do about it. */
function explain({ code, message, retryAfterS }) {
  switch (code) {
    case 'UNREACHABLE':
      return 'StepCloud cannot be reached. Check your connection and try again.';
    case 'CREDENTIALS_INVALID':
      return accessToken ? 'Your sign-in has expired. Sign in again.' : 'The email address or the password is wrong.';
    case 'FORBIDDEN':
      return 'Your account may not do this: letting gateways in takes a manager.';
    case 'NOT_FOUND':
      return 'No gateway waits under this code. Codes live 15 minutes: let the gateway show a new one.';
    case 'RATE_LIMITED':
      return `Too many attempts. Try again in ${retryAfterS} seconds.`;
    case 'CONFLICT':
      return `That is not possible: ${message}.`;
    default:
      return message || 'Something went wrong. Try again.';
  }
}

function show(step) {
  for (const id of STEPS) $(id).hidden = id !== step;
  const heading = $(step).querySelector('h1');
  document.title = `${heading.textContent} · StepCloud`;
  heading.focus();
}

function say(text) {
  $('message').textContent = text;
  $('message').hidden = text === '';
}

/** Does what a button asks for, one thing at a time, and says what went wrong. */
async function act(work) {
  const main = document.querySelector('main');
  if (main.ariaBusy === 'true') return;
  main.ariaBusy = 'true';
  say('');
  try {
    await work();
  } catch (error) {
    say(explain(error));
    if (error.code === 'CREDENTIALS_INVALID') {
      accessToken = undefined;
      show('sign-in');
    }
  } finally {
    main.ariaBusy = 'false';
  }
}

async function signIn() {
  const form = new URLSearchParams({ username: $('email').value, password: $('password').value });
  accessToken = (await request('POST', '/login/access-token', form)).access_token;
  $('password').value = '';
  show('find');
  if (userCode) await find();
}

async function find() {
  const waiting = await request('GET', `/enrolments/code/${encodeURIComponent(userCode)}`);
  const gateways = await gatewaysIn(waiting.offices);
  userCode = waiting.userCode;
  $('shown-code').textContent = userCode;
  $('serial-number').textContent = waiting.serialNumber ?? 'not said';
  $('software').textContent = waiting.softwareVersion ?? 'not said';
  $('hardware').textContent = waiting.hardwareVersion ?? 'not said';
  $('address').textContent = waiting.address ?? 'not known';
  $('asked-at').dateTime = waiting.createdAt;
  $('asked-at').textContent = new Date(waiting.createdAt).toLocaleTimeString();
  const oneCustomer = new Set(waiting.offices.map(({ customerId }) => customerId)).size === 1;
  const nameOf = ({ name, customerName }) => (oneCustomer ? name : `${customerName}: ${name}`);
  fill(
    $('office'),
    waiting.offices.map((office) => [office.id, nameOf(office)]),
  );
  fill(
    $('gateway'),
    gateways.map(({ id, label, officeName, serialNumber }) => [id, `${label ?? serialNumber ?? id} (${officeName})`]),
  );
  const known = gateways.some(({ id }) => id === waiting.proposedGatewayId);
  if (known) $('gateway').value = waiting.proposedGatewayId;
  $('as').hidden = gateways.length === 0;
  chooseAs(known ? 'existing' : 'new');
  $('label').value = '';
  show('decide');
}

/** Those that the person may replace. */
async function gatewaysIn(offices) {
  const mine = new Set(offices.map(({ id }) => id));
  const found = [];
  let cursor = '';
  do {
    const page = await request('GET', `/gateways?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...page.items.filter(({ officeId }) => mine.has(officeId)));
    cursor = page.nextCursor;
  } while (cursor);
  return found;
}

function fill(select, options) {
  select.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
}

function chooseAs(as) {
  for (const radio of $('decide').elements.as) radio.checked = radio.value === as;
  for (const one of ['new', 'existing']) {
    $(`as-${one}`).hidden = one !== as;
    // What is hidden takes no part, or it could be required and out of sight.
    for (const field of $(`as-${one}`).querySelectorAll('select, input')) field.disabled = one !== as;
  }
}

async function approve() {
  const isNew = $('decide').elements.as.value === 'new';
  const label = $('label').value.trim();
  const body = isNew ? { officeId: $('office').value, ...(label && { label }) } : { gatewayId: $('gateway').value };
  await request('POST', `/enrolments/code/${userCode}/approve`, body);
  finish('The gateway is in', 'It connects by itself within a few seconds. You can close this page.');
}

async function deny() {
  await request('POST', `/enrolments/code/${userCode}/deny`);
  finish('The gateway was turned away', 'It has to ask anew to come in.');
}

function finish(outcome, detail) {
  $('outcome').textContent = outcome;
  $('outcome-detail').textContent = detail;
  show('done');
}

function onSubmit(id, work) {
  $(id).addEventListener('submit', (event) => {
    event.preventDefault();
    act(work);
  });
}

onSubmit('sign-in', signIn);
onSubmit('find', () => {
  userCode = $('code').value;
  return find();
});
onSubmit('decide', approve);
$('deny').addEventListener('click', () => act(deny));
$('decide').addEventListener('change', ({ target }) => target.name === 'as' && chooseAs(target.value));
$('another').addEventListener('click', () => {
  userCode = '';
  $('code').value = '';
  show('find');
});
$('code').value = userCode;
show('sign-in');
