/** The page's script: asks again every second, and hands what a person does to the control routes. */
export const script = String.raw`
const at = (id) => document.getElementById(id);
let channelId = '', userId = '', version = '', shown = '', state = '', listed = '';

async function ask(path, query) {
  const answer = await fetch(path + '?' + new URLSearchParams(query));
  if (!answer.ok) throw new Error((await answer.json()).message);
  return answer.json();
}

async function act(path, body) {
  const answer = await fetch('/_emulator/users/' + path, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ channelId, ...body }),
  });
  const said = await answer.json();
  const delivery = said.delivery || (said.webhooks || [])[0];
  if (!answer.ok) notice(said.message);
  else if (delivery && delivery.reason !== 'OK') notice('The webhook did not take it: ' + delivery.reason + (delivery.status ? ' ' + delivery.status : ''));
  await refreshChat();
}

let noticeTimer;
function notice(text) {
  at('notice').textContent = text;
  at('notice').hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { at('notice').hidden = true; }, 4000);
}

async function refreshChannels() {
  const { channels } = await ask('/_phones/channels', {});
  const select = at('channel');
  if (select.options.length !== channels.length) {
    select.replaceChildren(...channels.map((c) => new Option(c.displayName + ' · ' + c.channelId, c.channelId)));
    if (channelId) select.value = channelId;
  }
  channelId = select.value;
}

async function refreshPeople() {
  await refreshChannels();
  if (!channelId) { at('list').innerHTML = '<p class="more">No channel yet.</p>'; return; }
  const { markup } = await ask('/_phones/people', { channelId, userId, q: at('search').value });
  if (markup === listed) return;
  listed = markup;
  at('list').innerHTML = markup;
}

async function refreshChat() {
  if (!channelId || !userId) return;
  const chat = await ask('/_phones/chat', { channelId, userId, since: version });
  if (chat.markup === undefined) return;
  version = String(chat.version);
  state = chat.state;
  at('account').textContent = chat.account;
  at('owner').textContent = chat.name + ' の端末';
  const blocked = state === 'blocked';
  at('block').textContent = state === 'friend' ? 'Block' : blocked ? 'Unblock' : 'Add friend';
  at('blocked').hidden = !blocked;
  if (chat.markup === shown) return;
  const box = at('chat');
  const follow = shown === '' || box.scrollHeight - box.scrollTop - box.clientHeight < 120;
  shown = chat.markup;
  box.innerHTML = chat.markup;
  if (follow) box.scrollTop = box.scrollHeight;
}

function open() {
  userId = location.hash.slice(1);
  version = shown = '';
  const opened = /^U[0-9a-f]{32}$/.test(userId);
  if (!opened) userId = '';
  document.body.classList.toggle('open', opened);
  at('phone').hidden = !opened;
  at('hint').hidden = opened;
  refresh();
}

async function refresh() {
  try { await refreshPeople(); await refreshChat(); }
  catch (error) { notice(error instanceof TypeError ? 'The emulator does not answer.' : error.message); }
}

at('say').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = at('text').value.trim();
  at('text').value = '';
  if (text) act('message', { userId, text });
});
at('block').addEventListener('click', () => act('state', { userIds: [userId], state: state === 'friend' ? 'blocked' : 'friend' }));
at('chat').addEventListener('click', async (event) => {
  const tapped = event.target.closest('[data-say],[data-postback]');
  if (!tapped) return;
  const { say, postback } = tapped.dataset;
  if (postback !== undefined) await act('postback', { userId, data: postback });
  if (say) await act('message', { userId, text: say });
});
at('channel').addEventListener('change', () => { channelId = at('channel').value; location.hash = ''; refresh(); });
at('search').addEventListener('input', refresh);
addEventListener('error', (event) => { if (event.target.tagName === 'IMG') event.target.classList.add('missing'); }, true);
addEventListener('hashchange', open);
open();
(async function again() {
  await new Promise((done) => setTimeout(done, 1000));
  if (!document.hidden) await refresh();
  again();
})();
`;
