"""Where the results of a sign-in lie: for nobody else, and still there after the machine tidied up."""

import shutil
import stat

from screens.own_work import own_folder


def test_folder_is_for_its_owner_alone() -> None:
    assert stat.S_IMODE(own_folder().stat().st_mode) == stat.S_IRWXU


def test_folder_comes_back_when_the_machine_tidied_it_up() -> None:
    shutil.rmtree(own_folder())

    assert stat.S_IMODE(own_folder().stat().st_mode) == stat.S_IRWXU
