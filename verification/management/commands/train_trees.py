"""train_trees --out DIR [--since T] [--split T] [--until T] [--known-by T] [--maturity DAYS] [--draft] [--by NAME]"""

from verification.management.commands import train_weights
from verification.training import Learner
from verification.tree_training import learn_trees


class Command(train_weights.Command):
    help = "Learn boosted trees over the reasons from labels, as a draft that never goes live by itself."
    learner: Learner = staticmethod(learn_trees)
