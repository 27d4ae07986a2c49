import pytest

from tests.hotpath.sizes import Size, size_for


@pytest.fixture(scope="session", name="size")
def _size(request: pytest.FixtureRequest) -> Size:
    return size_for(request.config)
