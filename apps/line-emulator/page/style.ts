/** Looks of the phones' page; names of states double as class names. */
export const style = `
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; height: 100dvh; display: flex; background: #e9edf1; color: #1d1f22;
  font: 15px/1.5 -apple-system, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic", sans-serif; }
button, input, select { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; }
aside { width: 340px; flex: none; display: flex; flex-direction: column; background: #fff; border-right: 1px solid #dfe3e8; }
aside form { padding: 16px; display: grid; gap: 8px; border-bottom: 1px solid #eef0f3; }
h1 { margin: 0; font-size: 20px; }
aside select, aside input { padding: 8px 10px; border: 1px solid #d6dbe1; border-radius: 10px; background: #f6f7f9; width: 100%; }
nav { overflow-y: auto; flex: 1; }
.person { display: flex; gap: 12px; align-items: center; padding: 10px 16px; text-decoration: none; color: inherit; }
.person:hover { background: #f6f7f9; }
.person.chosen { background: #e6f7ec; }
.avatar { width: 42px; height: 42px; flex: none; border-radius: 50%; display: grid; place-items: center; color: #fff; font-weight: 600; }
.who { flex: 1; min-width: 0; display: grid; }
.who small { color: #7a828c; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.when { display: grid; justify-items: end; font-size: 12px; color: #9aa1ab; }
.when em { font-style: normal; font-size: 11px; padding: 0 8px; border-radius: 9px; background: #eef0f3; color: #69717c; }
.when em.friend { background: #def7e7; color: #06813c; }
.when em.blocked { background: #fde6e6; color: #b3261e; }
.more { padding: 16px; color: #7a828c; text-align: center; }
main { flex: 1; min-width: 0; display: grid; place-items: center; padding: 24px; position: relative; }
#hint { color: #7a828c; }
#phone { width: 100%; max-width: 420px; height: 100%; max-height: 860px; display: flex; flex-direction: column; overflow: hidden;
  background: #8cabd8; border-radius: 36px; border: 10px solid #16181b; box-shadow: 0 18px 50px #1d1f2233; }
#phone > header { display: flex; align-items: center; gap: 10px; padding: 10px 14px; background: #7f9fcd; color: #10233f; }
#phone > header span { flex: 1; display: grid; line-height: 1.3; min-width: 0; }
#phone > header small { opacity: .75; }
#back { font-size: 30px; line-height: 1; text-decoration: none; color: inherit; padding: 0 6px; display: none; }
#phone > header button { border-radius: 14px; background: #ffffffb0; padding: 4px 12px; font-size: 13px; white-space: nowrap; }
#scroll { flex: 1; min-height: 0; overflow-y: auto; display: flex; flex-direction: column-reverse; }
#talk { padding: 12px; display: flex; flex-direction: column; gap: 10px; margin-bottom: auto; }
.day { align-self: center; background: #0000002e; color: #fff; border-radius: 12px; padding: 1px 12px; font-size: 12px; text-align: center; }
.line { display: flex; align-items: flex-end; gap: 6px; max-width: 100%; }
.line.user { flex-direction: row-reverse; }
.line .avatar { width: 34px; height: 34px; align-self: flex-start; font-size: 13px; }
.line time { font-size: 11px; color: #27405f; flex: none; }
.bubble { background: #fff; border-radius: 18px; padding: 8px 13px; max-width: 72%; white-space: pre-wrap; overflow-wrap: anywhere; }
.user .bubble { background: #8de055; }
.sticker { font-size: 72px; line-height: 1; display: grid; }
.sticker small { font-size: 10px; text-align: center; opacity: .6; }
.photo { max-width: 70%; max-height: 320px; border-radius: 14px; background: #ffffff80; min-height: 60px; min-width: 90px; }
.video { position: relative; display: grid; place-items: center; max-width: 70%; }
.video .photo { max-width: 100%; }
.video span { position: absolute; color: #fff; font-size: 36px; text-shadow: 0 1px 6px #000; }
.card { background: #fff; border-radius: 16px; overflow: hidden; width: 250px; flex: none; }
.card-text { padding: 12px 14px; overflow-wrap: anywhere; }
.card-text p { margin: 2px 0 0; white-space: pre-wrap; }
.thumb { width: 100%; height: 160px; object-fit: cover; display: block; background: #eef0f3; }
.action { display: block; width: 100%; padding: 10px; text-align: center; color: #3a5f9c; text-decoration: none; border-top: 1px solid #eef0f3; }
.action:hover, .chip:hover { background: #f3f6fb; }
.carousel { display: flex; gap: 8px; overflow-x: auto; max-width: calc(100% - 84px); padding-bottom: 4px; align-items: flex-start; }
.bare { display: block; padding: 0; text-align: inherit; color: inherit; text-decoration: none; width: 100%; }
.picture { position: relative; width: 200px; flex: none; }
.picture i { position: absolute; bottom: 10px; left: 50%; transform: translateX(-50%); background: #0008; color: #fff;
  border-radius: 12px; padding: 1px 12px; font-style: normal; white-space: nowrap; }
.square { width: 200px; height: 200px; object-fit: cover; border-radius: 12px; background: #ffffff80; }
.flex { width: 270px; }
.flex.nano { width: 130px; } .flex.micro { width: 170px; } .flex.deca { width: 210px; } .flex.kilo { width: 250px; } .flex.giga { width: 320px; }
.flex-header, .flex-footer { padding: 12px 14px; }
.flex-body { padding: 14px; }
.flex-box { display: flex; flex-direction: column; min-width: 0; }
.flex-box.row { flex-direction: row; }
.flex-text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.flex-text.wrap { white-space: pre-wrap; overflow-wrap: anywhere; }
.flex-text .flex-text { display: inline; }
.flex-image { width: 100%; display: block; object-fit: cover; max-height: 220px; background: #eef0f3; min-height: 40px; }
.flex-icon .flex-image { width: 16px; min-height: 16px; }
.flex-button { display: block; text-align: center; border-radius: 9px; padding: 9px; color: #3a5f9c; }
.flex-button.primary { background: #17c950; color: #fff; }
.flex-button.secondary { background: #dcdfe5; color: #111; }
.flex hr { width: 100%; border: 0; border-top: 1px solid #e4e7eb; margin: 0; }
.chips { display: flex; gap: 8px; overflow-x: auto; margin-top: auto; padding-top: 8px; flex: none; }
.chip { background: #fff; border-radius: 18px; padding: 6px 14px; white-space: nowrap; flex: none; color: #2f4f86; text-decoration: none; }
#note:empty { display: none; }
#note { margin: 0; padding: 8px 14px; background: #fff3f2; color: #b3261e; font-size: 13px; text-align: center; }
#say { display: flex; flex: none; gap: 8px; padding: 10px; background: #fff; }
#say input { flex: 1; min-width: 0; border: 0; background: #f0f2f5; border-radius: 18px; padding: 8px 14px; }
#say button { color: #3a5f9c; font-size: 20px; padding: 0 8px; }
#menu { flex: none; background: #fff; }
#menu summary { padding: 10px 14px; text-align: center; font-size: 14px; font-weight: 600; border-top: 1px solid #e4e7eb; cursor: pointer; list-style: none; }
#menu summary::-webkit-details-marker { display: none; }
#menu summary::after { content: " ▲"; font-size: 10px; color: #69717c; }
#menu details[open] summary::after { content: " ▼"; }
.menu-image { position: relative; width: 100%; background: #eef0f3; }
.menu-image img { width: 100%; height: 100%; display: block; }
.area { position: absolute; display: block; padding: 0; -webkit-tap-highlight-color: transparent; }
.area:hover { background: #0000000d; }
.area:active { background: #00000026; }
:focus-visible { outline: 3px solid #1a5fb4; outline-offset: -3px; }
#notice { position: absolute; bottom: 8px; left: 50%; transform: translateX(-50%); margin: 0; padding: 8px 16px; max-width: 90%;
  background: #16181be0; color: #fff; border-radius: 12px; font-size: 13px; }
@media (max-width: 760px) {
  aside { width: 100%; border: 0; }
  main { display: none; padding: 0; }
  body.open aside { display: none; }
  body.open main { display: grid; }
  body.open #back { display: block; }
  #phone { border: 0; border-radius: 0; max-width: none; max-height: none; height: 100dvh; }
}
`;
