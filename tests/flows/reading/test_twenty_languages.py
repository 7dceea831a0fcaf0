"""In each of twenty languages the stop words and what people politely say instead stop, and everyday replies do not."""

from __future__ import annotations

from functools import cache

import pytest

from flows.reading.context import Context
from flows.reading.meaning import Meaning
from flows.reading.reader import Reader
from flows.shipped_words import shipped_lists, spoken_as

STOPS = frozenset({Meaning.STOP, Meaning.STOP_MARKETING})

# In this order: please stop sending me messages / I no longer want to receive these / remove me from your list /
# unsubscribe please / don't message me again / wrong number
SAID = {
    "zh-Hans": [
        "请不要再给我发短信了", "我不想再收到这些信息了", "请把我从名单里删掉", "麻烦帮我退订一下",
        "以后不要再联系我了", "你发错人了",
    ],
    "zh-Hant": [
        "請不要再傳訊息給我了", "我不想再收到這些簡訊", "請把我從名單中移除", "麻煩幫我取消訂閱",
        "以後請勿再聯絡我", "你傳錯人了",
    ],
    "yue": [
        "唔該唔好再send訊息俾我", "我唔想再收到呢啲短訊", "唔該將我喺名單度剷走", "唔該幫我取消訂閱",
        "唔好再搵我", "你搵錯人喇",
    ],
    "en": [
        "Please stop sending me messages", "I no longer want to receive these", "Remove me from your list",
        "Unsubscribe please", "Don't message me again", "Wrong number",
    ],
    "es": [
        "Por favor dejen de enviarme mensajes", "Ya no quiero recibir estos mensajes", "Quítenme de su lista",
        "Quiero darme de baja por favor", "No me escriban más", "Número equivocado",
    ],
    "fr": [
        "Merci d'arrêter de m'envoyer des messages", "Je ne souhaite plus recevoir ces messages",
        "Retirez-moi de votre liste", "Désabonnez-moi s'il vous plaît", "Ne m'écrivez plus",
        "Vous vous trompez de numéro",
    ],
    "de": [
        "Bitte senden Sie mir keine Nachrichten mehr", "Ich möchte das nicht mehr bekommen",
        "Nehmen Sie mich bitte von der Liste", "Bitte abmelden", "Schreiben Sie mir nicht mehr", "Falsche Nummer",
    ],
    "pt": [
        "Por favor parem de me mandar mensagens", "Não quero mais receber isso", "Tirem meu nome da lista",
        "Quero cancelar a inscrição por favor", "Não me mandem mais mensagem", "Número errado",
    ],
    "it": [
        "Per favore smettete di mandarmi messaggi", "Non voglio più ricevere questi messaggi",
        "Toglietemi dalla vostra lista", "Disiscrivetemi per favore", "Non scrivetemi più", "Ha sbagliato numero",
    ],
    "ja": [
        "もうメッセージを送らないでください", "このメールはもう受け取りたくないです", "リストから外してください",
        "配信を停止してください", "もう連絡しないでください", "番号を間違えています",
    ],
    "ko": [
        "문자 그만 보내주세요", "더 이상 받고 싶지 않습니다", "명단에서 빼주세요", "수신거부 부탁드립니다",
        "다시는 연락하지 마세요", "잘못 보내셨어요",
    ],
    "hi": [
        "कृपया मुझे मैसेज भेजना बंद करें", "मुझे ये मैसेज नहीं चाहिए", "मेरा नंबर अपनी लिस्ट से हटा दीजिए",
        "please band kar dijiye", "मुझे दोबारा मैसेज मत करना", "गलत नंबर है",
    ],
    "ar": [
        "من فضلك توقفوا عن إرسال الرسائل لي", "لا أريد استلام هذه الرسائل بعد الآن", "احذفوا رقمي من القائمة",
        "ألغوا اشتراكي من فضلكم", "لا ترسلوا لي مرة أخرى", "الرقم خطأ",
    ],
    "id": [
        "Tolong berhenti kirim pesan ke saya", "Saya tidak mau terima pesan ini lagi", "Hapus nomor saya dari daftar",
        "Mohon berhenti berlangganan", "Jangan hubungi saya lagi", "Salah nomor",
    ],
    "ms": [
        "Tolong berhenti hantar mesej kepada saya", "Saya tak nak terima mesej ini lagi",
        "Sila keluarkan saya daripada senarai", "Tolong batalkan langganan saya", "Jangan mesej saya lagi",
        "Salah nombor",
    ],
    "th": [
        "กรุณาหยุดส่งข้อความมาหาฉัน", "ไม่อยากรับข้อความพวกนี้แล้วค่ะ", "ช่วยลบเบอร์ออกจากรายชื่อด้วยครับ",
        "ขอยกเลิกรับข่าวสารค่ะ", "อย่าส่งมาอีกนะคะ", "ผิดเบอร์ค่ะ",
    ],
    "vi": [
        "Làm ơn đừng gửi tin nhắn cho tôi nữa", "Tôi không muốn nhận những tin này nữa",
        "Xóa tôi khỏi danh sách của bạn", "Vui lòng hủy đăng ký giúp tôi", "Đừng nhắn tin cho tôi nữa", "Nhầm số rồi",
    ],
    "ru": [
        "Пожалуйста, перестаньте присылать мне сообщения", "Я больше не хочу это получать",
        "Уберите меня из списка", "Отпишите меня, пожалуйста", "Больше не пишите мне", "Вы ошиблись номером",
    ],
    "tr": [
        "Lütfen bana mesaj göndermeyi bırakın", "Artık bu mesajları almak istemiyorum", "Beni listenizden çıkarın",
        "Aboneliğimi iptal edin lütfen", "Bana bir daha mesaj atmayın", "Yanlış numara",
    ],
    "nl": [
        "Stop alstublieft met mij berichten sturen", "Ik wil dit niet meer ontvangen", "Haal mij van de lijst",
        "Graag afmelden", "Stuur mij geen berichten meer", "Verkeerd nummer",
    ],
}  # fmt: skip

# ok see you tomorrow / when do you close / don't stop the order
EVERYDAY = {
    "zh-Hans": ["好的明天见", "你们几点关门", "别取消我的订单"],
    "zh-Hant": ["好的明天見", "你們幾點打烊", "不要取消我的訂單"],
    "yue": ["好呀聽日見", "你哋幾點收工", "唔好取消我張單"],
    "en": ["OK see you tomorrow", "When do you close?", "Don't stop the order"],
    "es": ["Vale, nos vemos mañana", "¿A qué hora cierran?", "No cancelen el pedido"],
    "fr": ["D'accord, à demain", "Vous fermez à quelle heure ?", "N'annulez pas ma commande"],
    "de": ["Ok, bis morgen", "Wann schließen Sie?", "Die Bestellung bitte nicht stornieren"],
    "pt": ["Ok, até amanhã", "Que horas vocês fecham?", "Não cancelem o meu pedido"],
    "it": ["Ok, a domani", "A che ora chiudete?", "Non annullate l'ordine"],
    "ja": ["はい、また明日", "何時に閉まりますか", "注文はキャンセルしないでください"],
    "ko": ["네 내일 봬요", "몇 시에 문 닫아요?", "주문 취소하지 마세요"],
    "hi": ["ठीक है कल मिलते हैं", "दुकान कितने बजे बंद होती है?", "ऑर्डर कैंसल मत करना"],
    "ar": ["تمام أراك غدا", "متى تغلقون؟", "لا تلغوا طلبي"],
    "id": ["Oke sampai jumpa besok", "Tutup jam berapa?", "Jangan batalkan pesanan saya"],
    "ms": ["Ok jumpa esok", "Kedai tutup pukul berapa?", "Jangan batalkan pesanan saya"],
    "th": ["โอเคเจอกันพรุ่งนี้", "ร้านปิดกี่โมงคะ", "อย่ายกเลิกออเดอร์นะคะ"],
    "vi": ["Ok hẹn gặp ngày mai", "Mấy giờ đóng cửa vậy?", "Đừng hủy đơn hàng của tôi"],
    "ru": ["Хорошо, до завтра", "Во сколько вы закрываетесь?", "Не отменяйте мой заказ"],
    "tr": ["Tamam yarın görüşürüz", "Kaçta kapanıyorsunuz?", "Siparişimi iptal etmeyin"],
    "nl": ["Ok, tot morgen", "Hoe laat sluiten jullie?", "Bestelling niet annuleren alsjeblieft"],
}


@cache
def reader(language: str) -> Reader:
    return Reader.shipped(None, [language])


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in table.items() for text in texts]


def test_there_are_twenty_languages_with_as_much_in_each() -> None:
    assert len(SAID) == len(EVERYDAY) == 20
    assert {len(texts) for texts in SAID.values()} == {6}
    assert {len(texts) for texts in EVERYDAY.values()} == {3}


@pytest.mark.parametrize("language", SAID)
def test_every_stop_word_of_the_language_stops(language: str) -> None:
    listed = [words for words in shipped_lists() if words.language in spoken_as(language)]
    words = [word for each in listed for part in (each.everywhere, each.local) for word in part.get("stop", ())]
    assert len(words) >= 5
    assert [word for word in words if reader(language).read(word).meaning is not Meaning.STOP] == []


@pytest.mark.parametrize("language, text", pairs(SAID))
def test_what_people_politely_say_stops(language: str, text: str) -> None:
    assert reader(language).read(text, Context.named("any", language)).meaning in STOPS


@pytest.mark.parametrize("language, text", pairs(SAID))
def test_it_stops_at_a_business_that_speaks_english_alone(language: str, text: str) -> None:
    """A person's language is not known before they wrote."""
    assert reader("en").read(text).meaning in STOPS


@pytest.mark.parametrize("language, text", pairs(EVERYDAY))
def test_everyday_replies_stop_nothing(language: str, text: str) -> None:
    meaning = reader(language).read(text, Context.named("any", language)).meaning
    assert meaning not in STOPS | {Meaning.BILLS_ONLY, Meaning.PAUSE}
