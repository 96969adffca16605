from .architectures.architecture import Tap as Tap
from .models.describe import describe as describe
from .study.measure import study as study
from .study.points import Input as Input
from .study.points import Output as Output
from .study.study import Study as Study
from .study.study import prune as prune
from .study.tap_study import TapStudy as TapStudy
