import { Html, html } from './html.js';
import { script } from './script.js';
import { style } from './style.js';

/** The page without its data; the script fills it. */
export function shell(nonce: string): Html {
  return html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>LINE emulator · phones</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <aside id="people">
          <header>
            <h1>Phones</h1>
            <select id="channel" aria-label="Channel"></select>
            <input id="search" type="search" placeholder="Name or user id" aria-label="Search people" />
          </header>
          <nav id="list" aria-label="People"></nav>
        </aside>
        <main>
          <section id="phone" hidden>
            <header>
              <a id="back" href="#" aria-label="Back to the people">‹</a>
              <span><b id="account"></b><small id="owner"></small></span>
              <button id="block"></button>
            </header>
            <div id="chat" aria-live="polite"></div>
            <p id="blocked" hidden>This person blocked the account: nothing sent now arrives.</p>
            <form id="say">
              <input id="text" autocomplete="off" maxlength="5000" placeholder="Aa" aria-label="Message" />
              <button aria-label="Send">➤</button>
            </form>
          </section>
          <p id="hint">Pick a person to see their phone.</p>
          <p id="notice" role="status" hidden></p>
        </main>
        <script nonce="${nonce}">
          ${new Html(script)};
        </script>
      </body>
    </html>`;
}
