"""Which role a parameter has by default, and why: what its name tells, where its values told nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ..data.messages import Message, say
from ..data.names import split_words
from .parameter import EXCLUDED
from .selection import Role


class Default(NamedTuple):
    """
    A role and why.

    Attributes
    ----------
    role
        The role.
    reason
        Why, as a code.
    words
        Why, in words that follow the role.
    """

    role: Role
    reason: str
    words: Message


OPTIMIZER = Default(
    "nuisance",
    "optimizer",
    say("role.optimizer", "an optimizer setting, to be tuned for the comparison to be fair"),
)
REGULARISATION = Default(
    "nuisance",
    "regularisation",
    say("role.regularisation", "a strength of regularisation, best tuned for each model anew"),
)
TRAINING = Default(
    "nuisance",
    "training",
    say("role.training", "a setting of the training method, to be tuned for the comparison to be fair"),
)
BUDGET = Default(
    "nuisance",
    "budget",
    say("role.budget", "a budget: more of it seldom hurts, so a fair comparison gives all the same or tunes it"),
)
ARCHITECTURE = Default("scientific", "architecture", say("role.architecture", "part of the model's architecture"))
CHOICE = Default(
    "scientific",
    "optimizer choice",
    say("role.optimizer_choice", "the choice of optimizer, each to be compared at its own best settings"),
)
OBJECTIVE = Default("scientific", "objective", say("role.objective", "what training makes small or large"))
METHOD = Default("scientific", "method", say("role.method", "which method is used"))
DATA = Default("scientific", "data", say("role.data", "which data or task it is: best settings may differ with it"))
TECHNICAL = Default("none", "technical", say("role.technical", "it seems technical, without effect on the result"))
AMBIGUOUS = Default("none", "ambiguous", say("role.ambiguous", "its name means several things"))
UNKNOWN = Default("none", "unknown", say("role.unknown", "its name says too little"))

_ANY = r"(?:\w+_)?"
"""Words before the telling one."""

_RULES: tuple[tuple[Default, str], ...] = (
    # The order counts: `lr_patience` is no early stopping, `weight_decay` no schedule, `update_epochs` no budget.
    (
        TECHNICAL,
        r"(?:num_|n_|max_)?(?:data_?loader_)?(?:workers|jobs|gpus?|cpus?|threads|nodes|devices?|processes)"
        r"|\w*device|verbose|verbosity|debug|\w*log(?:ging)?_?\w*(?:interval|every|freq\w*|steps|dir|level)|logger"
        r"|(?:save|eval|checkpoint|ckpt|print|report|val|validation)_\w*(?:interval|every|freq\w*|steps|iters|strategy)"
        r"|save_\w+|\w*pin_memory|prefetch\w*|deterministic|wandb\w*|entity|project(?:_name)?|tags?|notes?|host|port"
        r"|(?:torch_)?compile|profile|dry_run|eval_batch_size|val_batch_size|test_batch_size",
    ),
    (
        OPTIMIZER,
        rf"{_ANY}(?:lr|lrate|learning_rates?|learningrate|learn_rate|eta0?|step_size)(?:_\w+)?"
        rf"|{_ANY}(?:warm_?up|warmup)(?:_\w+)?|{_ANY}(?:scheduler?|annealing|anneal)(?:_\w+)?",
    ),
    (
        REGULARISATION,
        rf"{_ANY}(?:weight_?decay|wd|wdecay|weightdecay|decay_weight)(?:_\w+)?|\w*dropout\w*|\w*dropconnect\w*"
        rf"|{_ANY}(?:p_?drop|drop|drop_?rate|drop_?path|drop_?prob|do_rate|keep_prob|stochastic_depth)(?:_\w+)?"
        rf"|{_ANY}(?:reg|regulari[sz]ation|regulari[sz]er|penalty)(?:_?(?:ratio|rate|reg|weight|strength|coef\w*"
        r"|lambda|alpha|regularization|regularisation|penalty|norm))?"
        r"|(?:(?:reg|lambda|alpha|penalty|kernel|activity|weights?|bias|emb\w*|elastic)_)?l[12](?:_(?!size)\w+)?"
        rf"|{_ANY}(?:label_)?smoothing(?:_\w+)?|{_ANY}(?:mix_?up|cut_?mix|cut_?out)(?:_\w+)?|{_ANY}aug(?:ment\w*)?(?:_\w+)?"
        rf"|rand_?aug\w*|{_ANY}early_stop\w*|{_ANY}patience|reg_alpha|reg_lambda|lambda_?l?[12]|lambda|{_ANY}ccp_alpha"
        rf"|{_ANY}(?:min_child_weight|min_child_samples|min_samples_\w+|min_data_in_leaf|min_impurity_\w+|min_split_\w+)"
        rf"|{_ANY}(?:max_depth|num_leaves|max_leaf_nodes|max_leaves|max_features|max_bin|subsample\w*|colsample\w*"
        r"|feature_fraction|bagging_fraction|bootstrap|max_samples)"
        r"|tree_depth|gradient_penalty\w*|spectral_norm\w*|random_(?:crop|flip|erase|erasing)\w*|noise_(?:std|level|scale)",
    ),
    (CHOICE, r"optim|optimi[sz]er|opt|solver|optimi[sz]er_?(?:name|type|class|cls|choice|algo\w*|kind)"),
    (
        OPTIMIZER,
        rf"{_ANY}(?:momentum|nesterov|betas?_?[12]|betas|b[12]|adam_\w+|adamw_\w+|sgd_\w+|amsgrad|eps|epsilon)"
        r"|(?:lr|exp(?:onential)?)_?decay\w*|decay(?:_\w+)?|\w+_decay(?:_\w+)?|milestones|power_t|power|cosine\w*|cycles?"
        rf"|{_ANY}(?:mini_?)?batch(?:es)?(?:_?size)?(?:_(?:train|per_\w+))?|bs|bsz|mbs|samples_per_gpu"
        rf"|{_ANY}(?:grad(?:ient)?s?_?(?:norm_?)?clip\w*|clip_?grad\w*|clip_?norm\w*|max_grad_norm|max_norm"
        r"|grad_norm|global_norm)(?:_\w+)?"
        rf"|{_ANY}(?:gradient_|grad_)?(?:accumulat\w*|accum\w*)(?:_\w+)?|loss_scale|ema(?:_\w+)?|lookahead\w*|validation_fraction"
        rf"|{_ANY}clip(?:ping)?(?:_(?:val|value|threshold))?|{_ANY}optim\w*_\w+",
    ),
    (
        TRAINING,
        rf"{_ANY}(?:gamma|discount(?:_\w+)?|gae(?:_\w+)?|clip_(?:range|coef|eps\w*|param|ratio)\w*|target_kl|kl_coef\w*"
        r"|rollout(?:_\w+)?|(?:replay_|memory_)?buffer(?:_\w+)?|replay(?:_\w+)?|learning_starts|train_freq\w*"
        r"|target_network\w*|target_(?:network_)?update\w*|polyak|tau|exploration(?:_\w+)?|n_?step|n_steps|num_steps|nsteps|horizon"
        r"|update_epochs|noptepochs|ppo_epochs|n_?envs|num_envs|num_minibatches|norm(?:alize)?_adv\w*"
        r"|normalize_advantage|advantage\w*|reward_scal\w*|policy_noise|noise_clip|policy_(?:delay|freq\w*)"
        r"|temperature|temp|negative_slope|margin|num_negatives|teacher_forcing\w*)"
        rf"|{_ANY}(?:coefs?|coeffs?|coefficients?|lambda|loss_weights?|class_weights?)(?:_\w+)?|\w+_weights?"
        r"|(?:weight_?|kernel_|param_)?init(?:iali[sz]\w*)?(?:_\w+)?|initiali[sz]\w*|init_(?:std|scale|method)|orthogonal_init\w*",
    ),
    (
        BUDGET,
        rf"{_ANY}(?:epochs?|iters?|iterations?|niter|timesteps|max_steps|train(?:ing)?_steps|total_steps|steps|budget"
        r"|max_time|n_estimators|num_boost_rounds?|nrounds?|num_trees|n_trees|ntrees|num_rounds|generations|episodes)"
        rf"|{_ANY}max_tokens|{_ANY}total_tokens",
    ),
    (OBJECTIVE, rf"{_ANY}(?:loss|criterion|objective|loss_?(?:fn|func\w*|function|name|type))"),
    (
        ARCHITECTURE,
        rf"{_ANY}(?:layers?|hidden\w*|units?|neurons?|width|depth|heads?|dims?|d_?(?:model|ff|inner|state|head|hidden|embed)"
        rf"|filters?|channels?|kernels?|strides?|dilations?|activations?|act|act_fn|nonlinearity|non_linearity|actfun"
        r"|(?:batch|layer|rms|group|instance|pre|post)_?norm(?:ali[sz]ation)?|bn|norm|norm_?(?:layer|type)"
        r"|embed\w*|emb|model|arch|architecture|backbone|encoder|decoder|nets?|network|cell|rnn|lstm|gru|conv(?:\dd|olution\w*)?|cnn|mlp"
        r"|transformer|attn|attention|blocks?|pool(?:ing|s|ers?)?|lora_r|lora_rank|rank|vocab|residual|skip|skip_connections?"
        r"|bidirectional|bias|readout|aggr\w*|growth_?rate|expansion|mlp_ratio|experts?|moe|pretrained|freeze\w*"
        r"|fc|linear|dense|degree|groups|cardinality|resnet\w*|vit|latent\w*|bottleneck|patch|window|image|img|resolution"
        r"|seq(?:uence)?_?len(?:gth)?|context|ctx|context_len(?:gth)?|max_(?:seq_)?len(?:gth)?|block)"
        r"(?:_?(?:size|sizes|dim|dims|fn|func|function|type|name|num|count|width|depth|units|layers?|nodes|channels"
        r"|features|act|activation|length|len|per_layer|multiplier|mult|ratio|kind|class|arch|net|widths|dimension\w*|norm))*",
    ),
    (DATA, rf"{_ANY}(?:data_?sets?|data|tasks?|env|environment|game|benchmark|instance|corpus)(?:_?(?:name|id))?"),
    (
        METHOD,
        rf"{_ANY}(?:algo|algorithm|method|agent|variant|policy|classifier|regressor|estimator|learner|booster|boosting)"
        r"(?:_?(?:name|type|class|kind))?",
    ),
    (AMBIGUOUS, r"alpha|beta|lam|k|n|m|p|q|c|r|scale|size|rate|ratio|weight|threshold|factor"),
)  # fmt: skip

_WHOLE = tuple((default, re.compile(pattern)) for default, pattern in _RULES)

_GENERIC = frozenset("name type kind class cls choice target id value default".split())
"""Last parts of nested names that say nothing: what is before them does."""

_INSIDE: tuple[tuple[Default, frozenset[str]], ...] = (
    (OPTIMIZER, frozenset("optimizer optimiser optim opt scheduler schedule adam adamw sgd rmsprop lookahead".split())),
    (REGULARISATION, frozenset("regularization regularisation augmentation augment aug mixup".split())),
    (ARCHITECTURE, frozenset("model net network arch architecture backbone encoder decoder head mlp cnn lstm".split())),
)
"""What a setting is that is nested in something of that name, where its own name tells nothing."""

_CHOICES = {CHOICE, OBJECTIVE, METHOD, DATA}
"""What is chosen by a word: a number of that name is something else."""


@lru_cache(maxsize=10_000)
def find_default_role(name: str, kind: str) -> Default:
    """
    Return the role that a parameter which varies has unless the user says otherwise, and why.

    Settings of the optimizer, strengths of regularisation, settings of the training method and budgets are nuisance;
    architecture and what is chosen by name (optimizer, loss, method, data) scientific, as the Deep Learning Tuning
    Playbook advises. The limits of how closely trees fit (depth, leaves, samples) count as regularisation. What no name
    tells stays ``none``, whatever its kind: to call it scientific would claim a question that nobody asked, to call it
    nuisance would say that it was understood. Where it matters, ``none`` is treated as nuisance.

    Parameters
    ----------
    name
        The flattened key, such as ``optimizer.lr``.
    kind
        What its values are (see `parameters.Parameter`): an optimizer is chosen by a word, not by a number.

    Returns
    -------
    Default
        The role with a code and words.

    Examples
    --------
    >>> find_default_role("optimizer.lr", "real")[:2], find_default_role("model.depth", "integer")[:2]
    (('nuisance', 'optimizer'), ('scientific', 'architecture'))
    """
    if name == "C":  # scikit-learn's inverse strength of regularisation; `c` may be anything
        return REGULARISATION
    parts = [words for part in re.split(r"[./:]+(?=\S)", name) if (words := split_words(part))]
    while len(parts) > 1 and set(parts[-1]) <= _GENERIC:
        parts = parts[:-1]
    if not parts:
        return UNKNOWN
    for words in (parts[-1], _without_digits(parts[-1])):
        found = _by_name("_".join(words), kind)
        if found not in (UNKNOWN, AMBIGUOUS):
            return found
    for words in reversed(parts[:-1]):
        for default, group in _INSIDE:
            if group & set(words):
                return default
    return found


def _without_digits(words: list[str]) -> list[str]:
    """Return words without numbers, which count layers and the like: ``n_units_l1``, ``conv2d_3_size``."""
    bare = (re.sub(r"\d+$", "", word) for word in words)
    return [word for word in bare if word not in ("", "l")]


def _by_name(text: str, kind: str) -> Default:
    number = kind in ("real", "integer")
    for default, pattern in _WHOLE:
        if pattern.fullmatch(text) and not (number and default in _CHOICES):
            return default
    return UNKNOWN


def keep_modelled_roles(roles: tuple[tuple[str, Role], ...], modelled: frozenset[str]) -> tuple[tuple[str, Role], ...]:
    """
    Return those of the given roles that decide whether a parameter enters a model: all that a model sees of roles.

    Parameters
    ----------
    roles
        Pairs of name and role.
    modelled
        The parameters that enter a model by default. An unknown name is kept, so that it is found to be unknown.

    Returns
    -------
    tuple
        Pairs in the same order; ``none`` for every role that lets a parameter in which is out by default.

    Examples
    --------
    >>> keep_modelled_roles((("lr", "scientific"), ("gpu", "ignored")), frozenset({"lr", "gpu"}))
    (('gpu', 'ignored'),)
    """
    kept = ((name, role) for name, role in roles if role in EXCLUDED or name not in modelled)
    return tuple((name, role if role in EXCLUDED else "none") for name, role in kept)
