const $ = (id) => document.getElementById(id);

/** It stands behind # in the link, so that it reaches no server's log. */
const token = new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';

function say(text) {
  $('message').textContent = text;
  $('message').hidden = text === '';
}

/** What a refusal means to the person, and what to do about it. */
function explain({ code, detail }, retryAfterS) {
  if (code === 'RATE_LIMITED') return `Too many attempts. Try again in ${retryAfterS} seconds.`;
  if (code === 'REQUEST_INVALID') return `That is not possible: ${detail}.`;
  return 'Something went wrong. Try again.';
}

async function setPassword() {
  const response = await fetch('/api/v1/password/reset', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, newPassword: $('password').value }),
    credentials: 'omit',
  });
  if (!response.ok) return say(explain(await response.json(), response.headers.get('retry-after')));
  $('set').hidden = true;
  $('done').hidden = false;
  document.title = 'The password is set · StepCloud';
  $('done').querySelector('h1').focus();
}

$('visible').addEventListener('change', ({ target }) => {
  $('password').type = target.checked ? 'text' : 'password';
});

$('set').addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = $('set').querySelector('button');
  button.disabled = true;
  say('');
  try {
    await setPassword();
  } catch {
    say('StepCloud cannot be reached. Check your connection and try again.');
  }
  button.disabled = false;
});

if (!token) say('This link is not whole. Open the one in the mail, or ask for a new one.');
