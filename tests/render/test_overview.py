"""The index page of a folder: what it shows, and what its parts never show in a log. All names are made up."""

from relationkit.render.overview import Overview, OverviewLink, OverviewSection, render_overview

LINK = OverviewLink("cards/card-w1.html", "Card of Made-up Sam", "The pocket card of Made-up Sam.")


def test_the_page_links_each_file_by_its_name() -> None:
    page = render_overview(Overview("Outputs", "All made up.", (), [OverviewSection("cards", "Cards", links=[LINK])]))

    assert '<a href="cards/card-w1.html">Card of Made-up Sam</a>' in page
    assert "The pocket card of Made-up Sam." in page


def test_no_repr_shows_what_a_link_says() -> None:
    assert repr(LINK) == "OverviewLink(path='cards/card-w1.html')"
