"""Readers that hear shipped words, every shipped stop word, and replies that stop nobody."""

from __future__ import annotations

from flows.reading.reader import Reader
from flows.shipped_words import shipped_lists

BOOKSHOP = Reader.shipped(
    "CN",
    ["zh-CN", "zh-TW", "en", "es"],
    {
        "stop": ["TD", "T", "R", "N", "退订", "0000", "baja", "alto"],
        "help": ["H", "帮助", "客服", "人工", "ayuda"],
        "start": ["恢复", "订阅", "alta"],
    },
)
EVERYWHERE = Reader.shipped("CN", [words.language for words in shipped_lists()], {})
STOP_WORDS = sorted(
    {word for words in shipped_lists() for part in (words.everywhere, words.local) for word in part.get("stop", ())}
    | {letter for words in shipped_lists() for letter in words.letters}
)

NEVER = [
    "end of sale?", "不退订", "是", "The end of the month", "谢谢", "what time do you stop", "no", "Y", "Don't stop",
    "T恤有货吗", "T恤", "t-shirt",
    "退订单怎么弄", "stop by tomorrow", "nonstop", "bus stop", "the weekend", "I can't cancel", "please do not cancel",
    "cancel my order", "quit smoking?",
    "remove gluten", "end date?", "T_T", "TT", "T.T", "tend", "trend", "rend", "send", "N/A", "Y not", "R码",
    "T3航站楼", "T2", "N种选择", "A", "B", "1", "11", "00",
    "取消订单", "不取消", "别取消", "退订酒店", "机票怎么退订", "停止营业了吗", "拒收这个快递", "取消退订",
    "退货", "退款", "停车场在哪", "我没有退订啊", "不拒收",
    "cancel unsubscribe", "取消TD", "st op by", "to p", "Stopwatch", "unstoppable", "endless", "Ending", "ok", "好的",
    "收到", "", "!!!", "🙏", "👍", "?",
    "3.0", "1 2", "The end.", "My name is Ted", "T.J.", "DT", "alto precio", "no más tarde de las 5",
    "à l'arrêt de bus", "バス停はどこですか", "停止線",
    "정류장 어디예요", "остановка где", "не стоп", "नमस्ते", "reply", "回复", "回", "send", "reply to me",
    "回来", "回家",
    "发送失败", "start", "help", "恢复",
]  # fmt: skip
"""To the bookshop, with no question open."""
