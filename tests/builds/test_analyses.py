from conftest import ROOT


def test_each_analysis_runs(tiny, compiled_analyses):
    assert compiled_analyses.keys() == {file.stem for file in ROOT.glob("analyses/*.sql")}
    rows = {name: len(tiny.query(sql)) for name, sql in compiled_analyses.items()}
    assert rows["drivers_of_a_forecast"] == 3 * 2 * 5
    assert rows["features_that_matter"] == 3 * 10
    assert rows["model_quality"] == 3
    assert rows["holdout_study"] == 0


def test_each_analysis_says_what_it_answers():
    for file in ROOT.glob("analyses/*.sql"):
        text = file.read_text()
        assert text.startswith("-- ")
        assert "?" in text.split("with ")[0], file.name
