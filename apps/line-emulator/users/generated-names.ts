const families =
  '佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水'.split(' ');
const givens =
  '陽葵 蓮 さくら 湊 美咲 悠真 結衣 大翔 葵 翔太 凛 健一 花子 直樹 真由美 颯 千尋 拓也 奈々 一郎 由紀子 海斗 恵'.split(
    ' ',
  );

/** A Japanese name that follows from a number alone, so that a crowd needs no memory for names. */
export function generatedName(i: number): string {
  const family = families[i % families.length] ?? '';
  const given = givens[Math.floor(i / families.length + i) % givens.length] ?? '';
  return `${family} ${given}`;
}
