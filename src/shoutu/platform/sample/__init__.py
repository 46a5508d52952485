"""The sample city in an empty data directory, made by the same acts as real work. 演示数据."""

from shoutu.platform.sample.build import PASSWORD, build

__all__ = ["PASSWORD", "build"]
