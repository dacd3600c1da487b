/** The page's script: asks every second what is new, and sends forms without leaving the page. */
export const script = String.raw`
const at = (id) => document.getElementById(id);
const { channel: channelId, user: userId } = document.body.dataset;
let version = document.body.dataset.version;
const shown = {};
/** What stands for an image that does not load: it keeps its place. */
const nothing = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

async function ask(path, query) {
  const answer = await fetch(path + '?' + new URLSearchParams(query));
  if (!answer.ok) throw new Error((await answer.json()).message);
  return answer.json();
}

let noticeTimer;
function notice(text) {
  at('notice').textContent = text;
  at('notice').hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { at('notice').hidden = true; }, 4000);
}

function put(id, markup) {
  if (shown[id] === markup) return;
  shown[id] = markup;
  const old = at(id).querySelector('details');
  at(id).innerHTML = markup;
  const now = at(id).querySelector('details');
  if (old && now && old.dataset.menu === now.dataset.menu) now.open = old.open;
}

async function refreshPhone() {
  if (!userId) return;
  const phone = await ask('/_phones/chat', { channelId, userId, since: version });
  if (!phone.parts) return;
  version = String(phone.version);
  for (const [id, markup] of Object.entries(phone.parts)) put(id, markup);
}

async function refresh() {
  try {
    if (!channelId) return;
    const q = at('find').q.value;
    put('list', (await ask('/_phones/people', { channelId, userId: userId || '', q })).markup);
    await refreshPhone();
  } catch (error) {
    notice(error instanceof TypeError ? 'エミュレーターが応答しません。' : error.message);
  }
}

async function send(form, fields) {
  const answer = await fetch(form.getAttribute('action'), { method: 'POST', headers: { accept: 'application/json' }, body: fields });
  const said = await answer.json();
  if (said.open) location.href = said.open;
  if (said.notice || !answer.ok) notice(said.notice || said.message);
  await refresh();
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  if (form.id === 'say') form.reset();
  send(form, fields).catch(() => notice('エミュレーターが応答しません。'));
});
at('find').channelId.addEventListener('change', () => { at('find').q.value = ''; at('find').submit(); });
at('find').q.addEventListener('input', refresh);
addEventListener('error', (event) => { if (event.target.tagName === 'IMG' && event.target.src !== nothing) event.target.src = nothing; }, true);
(async function again() {
  await new Promise((done) => setTimeout(done, 1000));
  if (!document.hidden) await refresh();
  if (!channelId && !document.hidden) location.reload();
  again();
})();
`;
