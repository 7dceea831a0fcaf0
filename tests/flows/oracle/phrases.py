"""What the generated flows say, in four languages: sentences by what they are for. Data only."""

from __future__ import annotations

LANGUAGES = ("zh-CN", "zh-TW", "en", "es")

Sentence = tuple[str, str, str, str]

GREETINGS: tuple[Sentence, ...] = (
    ("您好，", "您好，", "Hello, ", "Hola, "),
    ("{{ name }}，", "{{ name }}，", "Dear {{ name }}, ", "Estimado {{ name }}, "),
    ("这里是{{ brand }}。", "這裡是{{ brand }}。", "This is {{ brand }}. ", "Somos {{ brand }}. "),
    ("", "", "", ""),
)

REQUESTS: tuple[Sentence, ...] = (
    (
        "想接收{{ purpose }}吗？每月最多{{ cap }}条，为期{{ lasts }}。回复Y同意，回复T退订。",
        "想接收{{ purpose }}嗎？每月最多{{ cap }}則，為期{{ lasts }}。回覆Y同意，回覆T退訂。",
        "Would you like {{ purpose }}? At most {{ cap }} a month, for {{ lasts }}. Reply Y to agree, T to refuse.",
        "Desea recibir {{ purpose }}? Max. {{ cap }} al mes durante {{ lasts }}. Responda Y para aceptar, T para no.",
    ),
    (
        "您登记了{{ purpose }}，每月不超过{{ cap }}条，有效期{{ lasts }}。回复Y确认，不回复视为不同意，回复T退订。",
        "您登記了{{ purpose }}，每月不超過{{ cap }}則，有效期{{ lasts }}。回覆Y確認，不回覆視為不同意，回覆T退訂。",
        "You signed up for {{ purpose }}, max {{ cap }} a month for {{ lasts }}. Reply Y to confirm, T to refuse.",
        "Se apunto a {{ purpose }}, max. {{ cap }} al mes durante {{ lasts }}. Responda Y para confirmar, T para no.",
    ),
    (
        "回复Y接收{{ purpose }}（每月≤{{ cap }}条，{{ lasts }}内有效），回复T退订所有。",
        "回覆Y接收{{ purpose }}（每月≤{{ cap }}則，{{ lasts }}內有效），回覆T退訂所有。",
        "Reply Y to get {{ purpose }} (max {{ cap }} a month, {{ lasts }}), T to stop all. No reply means no.",
        "Responda Y para recibir {{ purpose }} (max. {{ cap }} al mes, {{ lasts }}), T para la baja de todo.",
    ),
)

MENUS: tuple[Sentence, ...] = (
    (
        "请选择想接收的内容，每月最多{{ cap }}条，为期{{ lasts }}。回复T退订。",
        "請選擇想接收的內容，每月最多{{ cap }}則，為期{{ lasts }}。回覆T退訂。",
        "What would you like? At most {{ cap }} a month, for {{ lasts }}. Reply T to stop.",
        "Que desea recibir? Max. {{ cap }} al mes durante {{ lasts }}. Responda T para la baja.",
    ),
    (
        "您可以随时更改：每月不超过{{ cap }}条，期限{{ lasts }}。回复编号选择，回复T全部退订。",
        "您可以隨時更改：每月不超過{{ cap }}則，期限{{ lasts }}。回覆編號選擇，回覆T全部退訂。",
        "Choose by number: no more than {{ cap }} a month for {{ lasts }}. Reply T to end all.",
        "Elija un numero: no mas de {{ cap }} al mes durante {{ lasts }}. Responda T para terminar.",
    ),
)

HINTS: tuple[Sentence, ...] = (
    ("没看懂。回复H找人工。", "看不懂。回覆H找人工。", "Sorry? Reply H for a person.", "No le entiendo. H = ayuda."),
    (
        "请回复列出的选项。",
        "請回覆列出的選項。",
        "Please reply with one of the choices.",
        "Responda con una de las opciones, por favor.",
    ),
)

THANKS: tuple[Sentence, ...] = (
    ("已登记。回复T退订。", "已登記。回覆T退訂。", "Done. Reply T to stop.", "Hecho. Responda T para la baja."),
    (
        "好的，已保存。随时回复T退订。",
        "好的，已儲存。隨時回覆T退訂。",
        "Saved. Reply T at any time to stop.",
        "Guardado. Responda T para la baja.",
    ),
)

CHOSEN: tuple[Sentence, ...] = (
    (
        "您选择了{{ choice }}。回复T退订。",
        "您選擇了{{ choice }}。回覆T退訂。",
        "You chose {{ choice }}. Reply T to stop.",
        "Ha elegido {{ choice }}. Responda T para la baja.",
    ),
)

DECLINED: tuple[Sentence, ...] = (
    ("好的，不再打扰。", "好的，不再打擾。", "All right, we will not ask.", "De acuerdo, no insistimos."),
    ("已按您的意思办理。", "已依您的意思辦理。", "Done as you wish.", "Hecho como desea."),
)

OFFERS: tuple[Sentence, ...] = (
    (
        "{{ name }}，本周新书九折，凭{{ coupon }}到店使用。拒收请回复R，或回复T退订。",
        "{{ name }}，本週新書九折，憑{{ coupon }}到店使用。拒收請回覆R，或回覆T退訂。",
        "{{ name }}, 10% off new books this week with {{ coupon }}. Reply STOP to opt out.",
        "{{ name }}, 10% de descuento en novedades con {{ coupon }}. Responda STOP para la baja.",
    ),
    (
        "会员日：{{ until }}前双倍积分。拒收请回复R，或回复T退订。",
        "會員日：{{ until }}前雙倍積分。拒收請回覆R，或回覆T退訂。",
        "Member day: double points until {{ until }}. Reply STOP to opt out.",
        "Dia del socio: puntos dobles hasta {{ until }}. Responda STOP para la baja.",
    ),
)

NOTICES: tuple[Sentence, ...] = (
    (
        "您的订单{{ order_no }}已发出。",
        "您的訂單{{ order_no }}已寄出。",
        "Your order {{ order_no }} is on its way.",
        "Su pedido {{ order_no }} va de camino.",
    ),
    (
        "订单{{ order_no }}今日送达，请留意电话。",
        "訂單{{ order_no }}今日送達，請留意電話。",
        "Order {{ order_no }} arrives today. Please keep your phone on.",
        "El pedido {{ order_no }} llega hoy. Tenga el telefono a mano.",
    ),
    (
        "订单{{ order_no }}已签收，有问题请致电{{ contact }}。",
        "訂單{{ order_no }}已簽收，有問題請致電{{ contact }}。",
        "Order {{ order_no }} was delivered. Any problem: {{ contact }}.",
        "El pedido {{ order_no }} fue entregado. Dudas: {{ contact }}.",
    ),
    (
        "您预约的时间是{{ until }}。",
        "您預約的時間是{{ until }}。",
        "Your appointment is on {{ until }}.",
        "Su cita es el {{ until }}.",
    ),
)

QUESTIONS: tuple[Sentence, ...] = (
    (
        "您方便吗？回复1确认，回复2改期。",
        "您方便嗎？回覆1確認，回覆2改期。",
        "Does it suit you? Reply 1 to confirm, 2 to change.",
        "Le viene bien? Responda 1 para confirmar, 2 para cambiar.",
    ),
    (
        "请告诉我们是否收到，回复1或2。",
        "請告訴我們是否收到，回覆1或2。",
        "Please tell us whether it came: reply 1 or 2.",
        "Diganos si ha llegado: responda 1 o 2.",
    ),
)

PASSED_ON: tuple[Sentence, ...] = (
    ("已转人工。", "已轉接專人。", "A colleague will write to you.", "Un companero le escribira."),
)

FAREWELLS: tuple[Sentence, ...] = (
    (
        "已退订，不再向您发送。客服{{ contact }}",
        "已退訂，不再向您發送。客服{{ contact }}",
        "You are unsubscribed. Help: {{ contact }}",
        "Baja hecha. Ayuda: {{ contact }}",
    ),
    (
        "已为您退订，恢复请回复“恢复”。",
        "已為您退訂，恢復請回覆「恢復」。",
        "Unsubscribed. Send START to come back.",
        "Baja hecha. Envie REANUDAR para volver.",
    ),
)

STARTING_WORDS: tuple[Sentence, ...] = (
    ("偏好", "偏好設定", "prefs", "opciones"),
    ("设置", "設定", "settings", "ajustes"),
    ("加入", "加入會員", "join us", "unirme"),
)

ANSWERS: dict[str, tuple[Sentence, tuple[str, ...]]] = {
    "yes": (("同意", "同意", "Agree", "Acepto"), ("Y", "yes", "是", "同意", "1", "acepto")),
    "later": (("以后再说", "以後再說", "Later", "Luego"), ("later", "以后", "以後", "2", "luego")),
    "drop": (("不要了", "不要了", "Drop it", "Quitar"), ("drop", "不要了", "3", "quitar")),
    "fine": (("确认", "確認", "Confirm", "Confirmo"), ("ok", "确认", "確認", "1", "confirmo")),
    "change": (("改期", "改期", "Change", "Cambiar"), ("change", "改期", "2", "cambiar")),
    "more": (("更多", "更多", "More", "Mas"), ("more", "更多", "1", "mas")),
    "offers": (("新品", "新品", "New items", "Novedades"), ("1", "新品", "items", "novedades")),
    "points": (("积分", "積分", "Points", "Puntos"), ("2", "积分", "積分", "points", "puntos")),
    "bills": (("账单", "帳單", "Bills", "Facturas"), ("3", "账单", "帳單", "bills", "facturas")),
}
"""Answer -> its label in each language, its words."""

USES: dict[str, dict[str, object]] = {
    "name": {
        "type": "text",
        "max": "8",
        "example": {"zh-CN": "小周", "zh-TW": "小周", "en": "Ann", "es": "Ana"},
        "else": {"zh-CN": "会员", "zh-TW": "會員", "en": "friend", "es": "amigo"},
    },
    "coupon": {"type": "text", "max": "8", "example": "B8K2"},
    "until": {"type": "date", "max": "10", "example": "2026-12-31"},
    "order_no": {"type": "text", "max": "12", "example": "A20260102001"},
    "choice": {"type": "answer"},
}
