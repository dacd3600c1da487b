import { Html, html } from '../page/html.js';

const style = `
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; background: #e9edf1; color: #1d1f22; display: grid; justify-items: center;
  font: 16px/1.6 -apple-system, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic", sans-serif; }
main { width: 100%; max-width: 430px; min-height: 100dvh; background: #fff; display: flex; flex-direction: column; }
header { padding: 14px 20px; border-bottom: 1px solid #eef0f3; display: flex; align-items: center; gap: 10px; }
header b { background: #06c755; color: #fff; border-radius: 9px; padding: 2px 10px; letter-spacing: .04em; }
header small { margin-left: auto; color: #69717c; }
section { padding: 24px 20px; display: grid; gap: 18px; align-content: start; flex: 1; }
h1 { margin: 0; font-size: 21px; line-height: 1.4; }
p { margin: 0; overflow-wrap: anywhere; }
.quiet { color: #5d6570; font-size: 14px; }
.avatar { width: 72px; height: 72px; border-radius: 50%; color: #fff; font-size: 30px; font-weight: 600;
  display: grid; place-items: center; margin: 0 auto; }
.who { text-align: center; display: grid; gap: 8px; }
ul { margin: 0; padding: 0; list-style: none; border-top: 1px solid #eef0f3; }
li { border-bottom: 1px solid #eef0f3; padding: 12px 2px; display: flex; gap: 10px; justify-content: space-between; }
li em { font-style: normal; color: #5d6570; font-size: 14px; }
form { display: grid; gap: 12px; }
label { display: flex; gap: 12px; align-items: center; padding: 14px; border-radius: 12px; background: #f6f7f9; }
input { font: inherit; color: inherit; }
input[type=checkbox] { width: 22px; height: 22px; accent-color: #06c755; flex: none; }
input[type=text] { width: 100%; padding: 12px; border: 1px solid #b9c0c9; border-radius: 10px; }
button { font: inherit; font-weight: 600; padding: 13px; border: 0; border-radius: 10px; cursor: pointer; width: 100%; }
.go { background: #06c755; color: #fff; }
.no { background: #eef0f3; color: #1d1f22; }
.plain { background: none; color: #2f5ea8; font-weight: 400; padding: 8px; }
.person { display: flex; align-items: center; gap: 12px; background: none; text-align: left; font-weight: 400; padding: 6px 2px; color: inherit; }
.person .avatar { width: 42px; height: 42px; font-size: 17px; margin: 0; flex: none; }
:focus-visible { outline: 3px solid #2f5ea8; outline-offset: 2px; }
`;

/** The frame of LINE's own pages: phone width, no script. */
export function loginPage(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} | LINE</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>
          <header><b>LINE</b><small>エミュレーター</small></header>
          <section>${body}</section>
        </main>
      </body>
    </html>`;
}
