from launch.stamps import fingerprint, is_current, record


def test_the_fingerprint_follows_content_names_and_words(tmp_path):
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "a.css").write_text("body {}")
    first = fingerprint([folder])
    assert fingerprint([folder]) == first
    assert fingerprint([folder], "python 3.12") != first
    (folder / "a.css").write_text("body { color: red }")
    changed = fingerprint([folder])
    assert changed != first
    (folder / "a.css").rename(folder / "b.css")
    assert fingerprint([folder]) not in {first, changed}


def test_a_missing_file_is_not_an_empty_one(tmp_path):
    missing = fingerprint([tmp_path / "build.mjs"])
    (tmp_path / "build.mjs").write_text("")
    assert fingerprint([tmp_path / "build.mjs"]) != missing


def test_a_step_is_current_only_for_what_it_was_made_from(tmp_path):
    stamp = tmp_path / "node_modules" / ".stamp"
    assert not is_current(stamp, "abc")
    record(stamp, "abc")
    assert is_current(stamp, "abc")
    assert not is_current(stamp, "abd")
