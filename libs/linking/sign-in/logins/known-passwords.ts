/**
 * Passwords that are tried first wherever passwords are guessed, in small letters; from 8 characters on, since shorter
 * ones are refused anyway. In the manner of OWASP ASVS 5.0, 6.2.4, with what is common in Japan; patterns such as
 * 12345678 and aaaaaaaa are found by rule.
 */
export const KNOWN_PASSWORDS: ReadonlySet<string> = new Set(
  `
  !@#$%^&* !@#$%^&*( !@#$1234 !qaz2wsx !qaz@wsx 0123456789 0okm9ijn 100200300 10203040 102030405060 11223344
  1122334455 112233445566 123123abc 123321123 1234!@#$ 12344321 123454321 1234554321 123456123 123456789
  1234567890 12345678910 12345678a 12345679 1234567a 123456ab 123456abc 123456qwerty 12345abc 12345qwert
  123467890 1234abcd 1234qwer 1234rewq 123789456 123qweasd 123qweasdzxc 135792468 1357924680 14159265 147258369
  159357456 159753456 1q2w3e4r 1q2w3e4r! 1q2w3e4r5t 1q2w3e4r5t6y 1qaz!qaz 1qaz2wsx 1qaz2wsx3edc 1qazxsw2
  246813579 2wsx3edc 31415926 3141592653 3edc4rfv 741852963 789456123 87654321 963852741 987654321 9876543210
  a1234567 a12345678 a1b2c3d4 a1b2c3d4e5 aa123456 aa12345678 aaa111222 abc12345 abc123456 abcd1234 abcd12345
  abcdef123 abcdefg1 access123 access14 admin123 admin1234 admin12345 adminadmin administrator administrator1
  aishiteru aishiteru1 alexander alexander1 angel123 angels123 apple123 apple1234 arigato1 arigatou arigatou1
  arsenal1 asd12345 asdf1234 asdfasdf1 asdfghjk asdfghjkl asdfghjkl123 asdfghjkl; asdfjkl; asdfqwer asdfzxcv
  autumn2025 azerty123 azertyuiop babygirl babygirl1 banana123 barcelona barcelona1 baseball baseball1
  baseball123 basketball batman123 blessed1 blink182 blueberry butterfly butterfly1 changeit changeme changeme1
  changeme123 charlie1 charlie123 chelsea1 cherry123 chocolate chocolate1 christian christian1 christopher
  cisco123 computer computer1 cookies1 corvette daisuke1 daisuki1 daisukidayo december december1 default1
  default123 diamond1 doraemon doraemon1 dragon12 dragon123 dragonball dragonball1 elizabeth elizabeth1
  evangelion evangelion1 february ferrari1 flower123 football football1 football123 forever1 forever123 freedom1
  freedom123 friday123 fukuoka1 godisgood goodbye1 guest123 guest1234 gundam00 gundam123 haruka123 hello123
  hello1234 hellohello1 hellokitty hellokitty1 helloworld himitsu1 hirohiro1 hiroshi1 hiroshima hokkaido
  hunter12 hunter123 iloveher ilovehim iloveyou iloveyou! iloveyou1 iloveyou123 iloveyou2 iloveyouu internet
  internet1 january1 japan123 japan1234 japanjapan jennifer jennifer1 jessica1 jesus123 jesuschrist jonathan1
  jordan23 juventus1 kawasaki kawasaki1 kazuhiro kazuhiro1 killer123 kobayashi kobayashi1 konnichiha konnichiwa
  kyoto123 letmein! letmein1 letmein123 line1234 lineline1 linelineline linepassword liverpool liverpool1
  lkjhgfdsa login123 loginlogin lovelove1 loveyou1 loveyou123 manchester manchester1 masahiro master123
  matsumoto matsumoto1 mercedes mercedes1 metallica michael1 michael23 michelle michelle1 mnbvcxz1 monday123
  monkey12 monkey123 mustang1 mylove123 mypassword nagoya123 nakamura nakamura1 naruto123 narutouzumaki
  newpassword nihongo1 nintendo nintendo1 nippon123 nirvana1 november1 ohayou123 okinawa1 onepiece onepiece1
  oracle123 orange123 osaka123 osaka1234 p@$$w0rd p@ssw0rd p@ssw0rd1 p@ssword pa$$w0rd pa$$word pa55w0rd
  pa55word passpass passw0rd passw0rd! passw0rd1 password password! password1 password1! password12 password123
  password123! password1234 password12345 passwordline passwords passwort pasuwa-do pasuwaado pasuwado pikachu1
  pikapika1 playstation plmoknijb poiuytrewq pokemon1 pokemon123 porsche1 princess princess1 princess123
  q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx123 qazwsxedc qazwsxedcrfv qwe12345 qweasd123 qweasdzxc qwer!@#$
  qwer1234 qwer12345 qwer4321 qwerasdf qwert123 qwert12345 qwerty!@# qwerty12 qwerty123 qwerty1234 qwerty12345
  qwerty123456 qwertyui qwertyuiop qwertyuiop123 rainbow1 rainbow123 realmadrid rockyou1 root1234 rootroot
  sakura123 sakura1234 sakurasaku sakurasakura samantha samantha1 sample123 sasaki123 sato1234 secret12
  secret123 september server123 shadow12 shadow123 slipknot spiderman spiderman1 spring2024 spring2025
  spring2026 starwars starwars1 strawberry summer123 summer2024 summer2025 summer2026 sunday123 sunshine
  sunshine1 sunshine123 superman superman1 superman123 suzuki123 takahashi takahashi1 takahiro takahiro1
  takeshi1 tanaka123 temp1234 temporary temppass test1234 test12345 test123456 tester123 testing1 testing123
  testtest1 tokyo123 tokyo1234 tokyo2020 tomohiro tomohiro1 toor1234 trustno1 tsunagi1 tsunagi123 unicorn1
  user1234 username username1 watanabe watanabe1 welcome! welcome1 welcome1! welcome12 welcome123 welcome1234
  welcome2 whatever whatever1 winter123 winter2024 winter2025 winter2026 yamada123 yamaguchi yamamoto yamamoto1
  yokohama yokohama1 yoshida1 yuki1234 zaq12wsx zaq1xsw2 zxc12345 zxcvbnm, zxcvbnm1 zxcvbnm123
`
    .trim()
    .split(/\s+/),
);
