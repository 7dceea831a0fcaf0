"""What people say in phrases: a stop is heard in every language, and little else is taken for one."""

from __future__ import annotations

import pytest

from flows.reading.context import Context
from flows.reading.meaning import Layer, Meaning, Sub
from flows.reading.reader import Reader

SHOP = Reader.shipped("CN", ["zh-CN", "zh-TW", "en", "es"])
ABROAD = Reader.shipped(None, ["en"])

STOPS = {
    "en": [
        "please stop texting me", "Stop sending me messages!!", "dtop", "stoppp", "unsubcribe", "s.t.o.p texting me",
        "STOP please and thank you", "can you please stop", "yes, stop", "no. stop. now.", "take me off your list",
        "please remove my number", "don't text me again", "do not contact this number", "I don't want these messages",
        "i no longer wish to receive your texts", "how do I unsubscribe?", "I never signed up for this",
        "leave me alone you idiots", "fuck off", "quit bothering me", "I revoke my consent", "not interested",
        "lose my number", "make it stop", "enough with the texts", "I've asked you to stop so many times", "🛑", "🛑🛑",
        "STOP (sent from my iPhone)", "my wife doesn't want these", "is there a way to opt out", "st0p", "sotp",
    ],
    "zh-CN": [
        "别再发了", "不要再发短信了", "请不要再给我发短信",
        "能不能别发了", "麻烦帮我取消订阅", "怎么退订", "把我的号码删掉",
        "不想再收到你们的短信", "滚", "别烦我", "TD谢谢", "停止骚扰", "短信别发了", "我没有订阅过", "撤回同意", "退定",
        "可以不要再发了吗", "再发我就投诉", "从你们名单上移除",
    ],
    "zh-TW": ["不要再發了", "請停止發送", "別再傳了", "麻煩把我從名單移除",
        "怎麼取消訂閱", "我不想再收到簡訊", "退訂謝謝"],
    "yue": ["唔好再send", "唔好再發俾我", "咪再send俾我", "唔想再收到", "點樣取消", "唔該取消訂閱", "唔好再煩我"],
    "es": [
        "no me manden más mensajes", "ya no quiero recibir mensajes", "dejen de escribirme", "quiero darme de baja",
        "borren mi número", "sáquenme de la lista", "¿cómo me doy de baja?", "déjenme en paz", "nunca me suscribí",
    ],
    "fr": ["arrêtez de m'envoyer des messages", "je ne veux plus recevoir vos sms", "supprimez mon numéro svp"],
    "de": ["bitte keine SMS mehr", "ich will keine Nachrichten mehr", "hören Sie auf mir zu schreiben"],
    "pt": ["não quero mais receber mensagens", "parem de me mandar mensagem", "me tira dessa lista"],
    "it": ["non voglio più ricevere messaggi", "smettetela di scrivermi", "basta messaggi per favore"],
    "ja": ["もう送らないでください", "配信を停止してください", "メッセージはいりません"],
    "ko": ["문자 보내지 마세요", "더 이상 받고 싶지 않아요", "수신거부 부탁드립니다"],
    "hi": ["मुझे मैसेज मत भेजो", "mujhe message mat bhejo", "मैसेज बंद करो"],
    "ar": ["لا ترسل لي رسائل", "أوقفوا الرسائل من فضلكم", "لا أريد رسائل منكم"],
    "id": ["jangan kirim sms lagi", "tolong hapus nomor saya", "berhenti kirim pesan"],
    "ms": ["tolong jangan hantar mesej lagi", "jangan ganggu saya"],
    "th": ["หยุดส่งข้อความ", "อย่าส่งมาอีก", "ไม่ต้องการรับข้อความ"],
    "vi": ["đừng gửi tin nhắn nữa", "không muốn nhận tin nhắn nữa", "xóa số tôi đi"],
    "ru": ["не присылайте мне больше смс", "больше не пишите", "хватит слать сообщения"],
    "tr": ["bana mesaj atmayın", "artık mesaj istemiyorum", "numaramı silin lütfen"],
    "nl": ["stuur me geen berichten meer", "laat me met rust"],
    "tl": ["wag na kayong mag-text", "tanggalin ang number ko"],
}  # fmt: skip

NEVER = [
    "Don't stop", "please don't unsubscribe me", "cancel my order", "I need to cancel my appointment", "T恤", "N95",
    "stop by tomorrow", "can you stop by at 5", "Stop & Shop", "when does the sale end", "end of sale?", "bus stop",
    "I quit smoking", "nonstop fun", "remove the onions please", "快递拒收", "退订单怎么弄", "取消订单", "停车场在哪里",
    "酒店可以退订吗", "机票怎么退订", "不退订", "没收到短信", "别忘了给我发货", "停业了吗", "I can't stop laughing",
    "don't send it yet", "I never got my package", "no more than 5 please", "wrong size", "not what I ordered",
    "Liked “Big sale! Reply STOP to opt out”", "Loved \"Flash sale, text STOP to unsubscribe\"",
    "赞了“双十一大促 回复TD退订”", "👍 to “Reply STOP to end”", "【商城】全场五折,快来选购 回复TD退订",
    "Auto reply: I am out of office. Do not text this number.", "> Reply STOP to unsubscribe\nok see you then",
    "no quiero la talla M", "cancelar mi cita", "不要香菜", "text me when ready",
]  # fmt: skip


@pytest.mark.parametrize("language, text", [(language, text) for language, texts in STOPS.items() for text in texts])
def test_a_polite_rude_or_mistyped_stop_is_heard(language: str, text: str) -> None:
    assert SHOP.also(None, [language]).read(text).meaning is Meaning.STOP


@pytest.mark.parametrize("text", NEVER)
def test_what_only_sounds_like_a_stop_stops_nobody(text: str) -> None:
    assert SHOP.read(text).meaning not in (Meaning.STOP, Meaning.STOP_MARKETING, Meaning.BILLS_ONLY)


@pytest.mark.parametrize(
    "text",
    [
        "please stop texting me",
        "别再发了",
        "no me manden más mensajes",
        "もう送らないでください",
        "отпишите меня пожалуйста",
    ],
)
def test_a_phrase_is_heard_whatever_language_the_business_speaks(text: str) -> None:
    assert ABROAD.read(text).meaning is Meaning.STOP


@pytest.mark.parametrize("text", ["取消", "ret", "fin", "basta"])
def test_a_single_plain_word_is_heard_only_where_it_is_spoken(text: str) -> None:
    assert ABROAD.read(text).meaning in (Meaning.OTHER, Meaning.PAUSE)


@pytest.mark.parametrize(
    "text",
    ["wrong number", "you have the wrong number, sorry", "wrong person", "发错人了", "我不是本人", "不是本人", "打錯咗",
        "número equivocado", "falsche Nummer", "番号が違います", "вы ошиблись номером", "numéro erroné, faux numéro"],
)  # fmt: skip
def test_a_wrong_number_is_a_stop_of_its_own_kind(text: str) -> None:
    reading = SHOP.also(None, ["ja", "ru", "de", "fr"]).read(text)
    assert (reading.meaning, reading.sub) == (Meaning.STOP, Sub.WRONG_NUMBER)


@pytest.mark.parametrize(
    "text, meaning",
    [
        ("no more ads please", Meaning.STOP_MARKETING), ("别发广告了", Meaning.STOP_MARKETING),
        ("no quiero publicidad", Meaning.STOP_MARKETING), ("唔好send廣告", Meaning.STOP_MARKETING),
        ("stop sending me promotions and take me off your list", Meaning.STOP),
        ("only send me bills", Meaning.BILLS_ONLY), ("广告别发，账单可以发", Meaning.BILLS_ONLY),
        ("solo facturas", Meaning.BILLS_ONLY), ("no marketing, bills are ok", Meaning.BILLS_ONLY),
        ("who is this?", Meaning.HELP), ("你是谁", Meaning.HELP), ("¿quién es?", Meaning.HELP),
        ("sign me up again", Meaning.START), ("我想重新订阅", Meaning.START),
        ("this is a scam", Meaning.COMPLAINT), ("我要投诉你们", Meaning.COMPLAINT),
        ("you are so annoying", Meaning.PAUSE), ("too many messages", Meaning.PAUSE),
    ],
)  # fmt: skip
def test_other_phrases_have_their_own_meaning(text: str, meaning: Meaning) -> None:
    assert SHOP.read(text).meaning is meaning


@pytest.mark.parametrize(
    "text, sub, detail",
    [("PAUSE 30", Sub.PAUSE_FOR, "30"), ("暂停30天", Sub.PAUSE_FOR, "30"), ("snooze", Sub.PAUSE_FOR, None),
        ("LESS", Sub.LESS, None), ("少发点", Sub.LESS, None), ("STATUS", Sub.STATUS, None), ("WHY", Sub.WHY, None),
        ("PROOF", Sub.PROOF, None), ("EN", Sub.LANGUAGE, "en"), ("中文", Sub.LANGUAGE, "zh-CN"),
        ("agent", Sub.HUMAN, None), ("转人工", Sub.HUMAN, None), ("I want to speak to a human", Sub.HUMAN, None)],
)  # fmt: skip
def test_short_requests_are_named(text: str, sub: Sub, detail: str | None) -> None:
    reading = SHOP.read(text)
    assert (reading.sub, reading.detail) == (sub, detail)


@pytest.mark.parametrize(
    "text", ["yes please", "Yes I agree", "sure, sign me up", "好的，同意", "是的我同意", "sí acepto", "oui", "係呀"]
)
def test_a_listed_yes_to_the_question_grants_and_means_nothing_without_one(text: str) -> None:
    assert SHOP.read(text, Context.named("confirm")).meaning is Meaning.GRANT
    assert SHOP.read(text).meaning is not Meaning.GRANT
    assert SHOP.read(text, Context.named("question")).meaning is not Meaning.GRANT


@pytest.mark.parametrize(
    "text",
    ["yes but what is it", "yes?", "Y?", "是什么", "好吗", "maybe", "yes if it is free", "yes and no", "ok?", "1", "A",
        "好烦", "yes stop", "不同意", "y u do this", "系统", "是不是骗子", "行程", "sure about that?"],
)  # fmt: skip
def test_nothing_but_a_plain_yes_ever_grants(text: str) -> None:
    for ctx in ("any", "confirm", "menu", "question", "promo:X"):
        assert SHOP.read(text, Context.named(ctx)).meaning is not Meaning.GRANT


@pytest.mark.parametrize(
    "text", ["no thanks", "nah I'm good", "不用了谢谢", "算了", "no, not interested", "not now", "no gracias", "唔使喇"]
)
def test_a_no_to_the_question_for_a_consent_is_a_stop_and_to_a_menu_a_doubt(text: str) -> None:
    assert SHOP.read(text, Context.named("confirm")).meaning is Meaning.STOP
    assert SHOP.read(text, Context.named("menu")).meaning in (Meaning.PAUSE, Meaning.STOP)


@pytest.mark.parametrize("text", ["N", "no", "1", "no more", "cancel it", "不要"])
def test_an_answer_to_another_question_is_no_stop(text: str) -> None:
    assert SHOP.read(text, Context.named("question", "en")).meaning is Meaning.OTHER


@pytest.mark.parametrize("text", ["A please", "选A", "账单", "just bills"])
def test_a_menu_hears_bills_only(text: str) -> None:
    assert SHOP.read(text, Context.named("menu")).meaning is Meaning.BILLS_ONLY


def test_the_layer_and_the_frame_are_told_and_never_the_persons_words() -> None:
    reading = SHOP.read("for heaven's sake stop texting my daughter Ann")
    assert (reading.meaning, reading.by) == (Meaning.STOP, Layer.PHRASE)
    assert (reading.word or "").startswith("en: ")
    assert "ann" not in (reading.word or "").lower()
