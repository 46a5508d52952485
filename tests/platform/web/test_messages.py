"""Every Chinese sentence on a page has its English."""

from tools import messages


def test_no_sentence_lacks_english() -> None:
    missing = [f"{one.file}: {one.singular}" for one in messages.lacking()]
    assert not missing, "run tools/messages.py and translate: " + "; ".join(missing)


def test_template_and_python_sentences_are_found() -> None:
    found = {one.singular for one in messages.sentences()}
    assert {"跳到正文", "剩 %d 个工作日", "旗区最高一级：%s"} <= found
