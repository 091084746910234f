"""The words of the field: what a name is made of if it names an outcome, a setting, or something about the run."""

from __future__ import annotations

LARGE = frozenset(
    (
        " fidelity"
        # classification and retrieval
        " acc accuracy bacc f1 f2 fbeta fscore f1score auc auroc auprc roc rocauc aucroc prauc aucpr"
        " ap map mar map50 map95 precision prec recall specificity sensitivity tpr tnr ppv npv mcc kappa qwk"
        " jaccard iou miou giou dice hits hit hr hitrate ndcg mrr rr top1 top3 top5 top10 acc1 acc5 acc10"
        " correct gini ks lift purity silhouette nmi ari ami r2 rsquared ev pearson spearman kendall plcc"
        " srcc pcc correlation ccc pck oks hota mota motp idf1 deta assa coverage em gain tp tn"
        # text, speech, pictures
        " bleu sacrebleu rouge rouge1 rouge2 rougel meteor chrf cider spice bertscore comet chrfpp"
        " pass winrate psnr ssim vif snr sdr sisdr sisnr isnr pesq stoi mos msssim mssim elo"
        " inception is dnsmos clipscore"
        # reinforcement learning, trading, other
        " reward rewards return returns score scores success successes win wins victory victories fitness hypervolume"
        " performance perf elbo likelihood loglik loglikelihood logprob llh evidence sharpe sortino calmar"
        " profit profits pnl revenue income cagr roi yield balance equity wealth payoff utility"
        " ic rankic icir"
        # speed of what is measured
        " throughput fps qps rps tps ops opss gflops tflops mflops gflop gbps mbps bandwidth speedup"
        " mfu goodput efficiency quality simplicity generalization stability diversity novelty ipc pf"
        " correctness rew mmlu gsm8k hellaswag truthfulqa humaneval mbpp conversion"
        " conversions uniformity selectivity harabasz calinski nash nse kge"
        # what visitors do, benchmarks of language models, panoptic pictures, databases
        " gauc ctr cvr ecpm arpu ltv retention clicks orders purchases signups bookings sales"
        " winogrande piqa boolq openbookqa obqa siqa triviaqa squad glue superglue mnli qqp qnli sst2 mrpc stsb xnli"
        " bbh agieval ceval cmmlu ifeval mtbench alpacaeval gpqa musr"
        " pq iops tpm tpmc sps ld n50 ng50 busco completeness nusselt"
        " matthews informedness youden gmean match fwiou uqi similarity corrcoef concordance nisqa utmos nmos"
        " visqol estoi sar sir mauve codebleu validity uniqueness qed nsd expectancy sqn psr dsr kelly"
        " faithfulness relevancy relevance groundedness correctly npmi coherence modularity trustworthiness"
        " fairness iqm aesthetic aps apm apl ar100 ar10 ar1"
        " removal titer biomass productivity viability hardness toughness conductivity pce ee tof lifetime"
        " strengths npv irr"
        " excess visqol continuity preserved lb nlp"
        " feasibility distinct ess"
    ).split()
)
"""Words for what should be large."""

SMALL = frozenset(
    (
        " loss losses error err errors mse rmse mae mape smape mase wape rmspe rmsle msle nrmse nmse nmae mad"
        " medae wmape rse crps nll bce logloss ce crossentropy perplexity ppl bpb bpc bpd wer cer mer per"
        " der eer ter fpr fnr fdr far frr fid kid lpips fvd fad mcd regret cost costs kl js kld jsd"
        " divergence distance discrepancy deviation deviance rmsd hausdorff hd95 assd asd ece mce brier"
        " hamming misclassification misclassified violation violations collision collisions crash crashes"
        " failures infeasibility residual gap drawdown mdd makespan tardiness lateness delay"
        " delays waste emission emissions co2 energy overhead misses wait waiting queue"
        " aic bic inertia dbi fp fn chi2 defeats cpi lat latencies flips overshoot oscillations"
        " oscillation settling risetime ripple jitter spills regs registers volatility davies bouldin stress"
        " evals evaluations nfev fev regrets bounce churn epe absrel sqrel owa msis pinball mindcf dcf"
        " rtf drag cd imbalance contigs misassemblies l50 mcd infonce"
        " roughness wear warpage shrinkage deflection displacement overpotential tafel ic50 ec50 payback lcoe"
        " lcoh lcoa lcox hallucination hallucinations toxicity cvar ulcer ergas fcd waic ttft tpot itl joules"
        " rss drops dropped dtw rpe rhat rejected undershoot iae ise itae"
        " igd gd mpiw winkler theil drift effort lost bler pdi"
        " ber evm divergences dd miss missed"
    ).split()
)
"""Words for what should be small."""

NEITHER = frozenset(
    (
        " diff difference magnitude entropy central metric metrics objective objectives result results"
        " outcome outcomes response trades ties draws output grade rating measurement variance trend support"
        " explained mass visitors visits sessions affinity"
        " porosity viscosity elongation voc jsc turnover sparsity"
        " density kurtosis skew skewness rejection"
    ).split()
)
"""Other words for outcomes, whose good side no name tells."""

CLOCKS = frozenset(
    (
        " time runtime epoch step steps duration timestamp iteration latency elapsed walltime wallclock seconds"
        " minutes hours rtf"
    ).split()
)
"""Outcomes that count how long a run went on: seldom what it is for."""

CHOSEN_TOO = frozenset("epoch step steps iteration params parameters size tokens memory mem flops macs".split())
"""Of clocks and resources those that are chosen as often as they are counted, and wherever they stand."""

RESOURCES = frozenset(
    (
        " params parameters flops macs gmacs memory mem mb gb kb bytes vram ram size cpu gpu energy power"
        " watts tokens trainable registers regs spills misses occupancy utilization utilisation instructions"
    ).split()
)
"""Outcomes that count what a run or its model takes: seldom what it is for."""

MINOR = frozenset(
    (
        " precision prec recall sensitivity specificity tpr tnr ppv npv fpr fnr tp fp tn fn entropy kl js kld"
        " trades ties draws support coverage grad gradient gradnorm hits correct violations collisions crashes"
        " drawdown mdd gap difference diff magnitude variance explained errors failures efficiency overhead fps"
        " simplicity diversity novelty stability hit wait waiting queue misses flips lat inertia volatility evals"
        " evaluations nfev fev visitors mass bounce churn sps rtf visits sessions imbalance overshoot ripple"
        " jitter oscillation oscillations settling wins win conversions clicks orders purchases signups bookings"
        " successes victories"
        " contigs l50 dropped drops divergences"
    ).split()
)
"""Outcomes that stand beside a better one in most tables: not what a run is for while a loss or a score exists."""

SPREADS = frozenset(
    (
        " std stdev stddev stdv sd sem stderr se var variance ci ci95 iqr spread lower upper lb ub low high"
        " rank ranking"
    ).split()
)
"""Words that make of a metric its spread, its limits or its rank."""

AGGREGATES = frozenset(
    (
        " mean avg average median overall total final best macro weighted all agg aggregate composite combined last"
    ).split()
)
"""Words that make of several values one; an aggregate is what a run is for sooner than its parts are."""

COUNTS = frozenset(
    (
        " wins win hits conversions clicks orders purchases signups bookings successes victories visitors visits"
        " sessions"
    ).split()
)
"""What is counted, and tells less than its share of all does: not what a run is for beside a rate."""

THROUGHPUT = frozenset("fps qps sps throughput".split())
"""How much is done in a time: what a run is for sooner than clocks, later than everything else."""

MEANS = frozenset("mean avg average overall macro aggregate".split())
"""Words that alone name what the scores beside come to."""

GAINS = frozenset("reward rewards return returns sharpe sortino cagr profit pnl".split())
"""What runs are for sooner than for an error: that of a critic, of tracking an index …"""

LOADS = THROUGHPUT | frozenset("rps tps iops qps ops latency ttft p50 p95 p99".split())
"""… or of requests, where a service is put under load."""

PAID = frozenset("joule joules watt watts j dollar dollars usd eur euro flop".split())
"""What is used up or paid, beside times: so much of it per something is bad, so much per it is good."""

TIMES = frozenset("time runtime duration elapsed latency walltime wallclock seconds minutes hours".split()) | THROUGHPUT
"""Of clocks those for which a program may be tuned."""

ASIDE = frozenset(
    " compile compilation build verification verify setup init initial connection load loading preprocessing train"
    " training epoch queue wait wall cpu std".split()
)
"""Before a time these say that it is not the one."""

PERCENTILES = frozenset("p50 p75 p90 p95 p99 p999".split())

SUMS = frozenset("total mean avg average median peak".split())
"""Before or behind what is used or counted these make an outcome of it …"""

SUMMED = frozenset("power energy length distance steps len".split())
"""… also of words that name settings: a mean length."""

SHARES = frozenset("rate ratio percent percentage pct share fraction".split())
"""Words for a share of all."""

MACHINE = frozenset(
    (
        " block buffer connections io tile tiling unroll vectorize vector warps threads ranks nodes cores processes mpi"
        " omp buffers cache"
        " compiler flags prefetch padding stages simd inline"
    ).split()
)
"""Words of settings that make a program fast: where two or more are, the time that it takes is the target."""

WEIGHTS = frozenset(
    (
        " weight weights coef coeff coefs coeffs coefficient alpha beta lambda lam gamma scale w lmbda multiplier"
        " factor strength"
    ).split()
)
"""What the name of a setting consists of that is the weight of a part of the loss, beside the name of that part."""

GENERIC = ("objective", "score", "value", "values", "result", "target", "y", "output", "response", "metric", "measure")
"""Names of an outcome if there is nothing better, the likeliest first."""

SETTING = frozenset(
    (
        " kp ki kd lr rate size epochs dropout optimizer optimiser optim opt momentum decay layers hidden"
        " units heads dim dims embedding activation act scheduler schedule sched warmup warm seed dataset"
        " data model arch architecture backbone alpha beta gamma lambda lam eps epsilon tau clip patience"
        " workers device path dir file type kernel depth width max min num n weight weights smoothing"
        " fraction frac ratio bits coeff coef rho reg regularization regularisation penalty init bias norm"
        " strategy mode method function every frequency freq interval split folds classes augment aug"
        " augmentation freeze pretrained batch mixed monitor rank channels groups blocks length len steps"
        " vocab temperature temp topk budget rule name project limit bn aggr verbose iters buffer horizon"
        # short names of settings
        " wd weightdecay bs bsz mbs eta sigma mu nu theta xi kappa0 nesterov betas beta1 beta2 b1 b2 ema"
        " polyak mixup cutmix subsample colsample bagging leaves estimators trees depths features criterion"
        " solver degree coef0 gamma0 c k p q r x x1 x2 x3 x4 x5 x0 nu0 shrinkage bootstrap leaf bin bins"
        " booster neighbors neighbours clusters components stride strides filters"
        " filter padding pool pooling dilation head ff ffn mlp dmodel nhead nlayers nlayer"
        " layer block window lookback lag lags stepsize hop threshold thresh cutoff th tolerance tol"
        " quantile percentile order gae entcoef vfcoef rollout discount replay"
        " capacity penalties lora adapter prompt shots quant"
        " quantization bitwidth stages stage experts expert moe context ctx accumulation accum"
        " lossfn agent algo algorithm variant policy env environment game task tasks"
        " tokenizer encoder decoder resolution crop flip rotation noise negatives margin samples"
        " sampler particles population popsize pop mutation crossover elitism maxiter tile"
        " unroll threads cores nodes node rounds round episodes timesteps trainer detector"
        " classifier estimator learner l1 l2 l entry exit stop stoploss takeprofit leverage period"
        " short long fast slow symbol ticker indicator ma sma rsi macd bb version scale scaling scaler"
        " normalize normalise normalization preprocessing imputer multiplier factor exponent power start end"
        " days iterations proportional integral derivative damping stiffness prominence smearing functional cutoff mesh"
        " season seasonality instances examples cap"
        " additive catalyst equiv loading dosage dose"
        " concentration conc ph wavelength stirring agitation infill"
        " fee commission slippage timeframe universe oversold overbought atr adx mosaic flipud fliplr hflip"
        " vflip hsv shear perspective degrees translate erasing cutout reprob prefetch associativity lto pgo"
        " amsgrad cooldown milestones dampening starts hiddens fanout hops concurrency dtype ngl stagnation"
        " tenure"
    ).split()
)
"""Words for settings: the head of a setting's name is one."""

WEAK_SETTING = frozenset(
    (
        " max min num n type name file path dir data model weight weights rate ratio size length len limit"
        " rank precision x c k p q r l power order start end period version method mode rule frac fraction"
        " percent pct share norm x0 x1 x2 x3 x4 x5"
    ).split()
)
"""Words for settings that stand in names of outcomes as well."""

WEAK_WITH_OTHERS = frozenset("iterations units rounds samples step nodes count".split())
"""Words for settings behind words other than `BEFORE_WEAK` that may count what a run came to: ``active_units``."""

BEFORE_WEAK = frozenset(
    (
        " learning lr dropout drop decay sampling sample mutation crossover growth warmup keep noise"
        " exploration frame bit batch minibatch hidden kernel window buffer embedding population pop image"
        " block vocab patch chunk step tile memory cache grid crop input filter mesh pool train test"
        " sequence seq context horizon chain rollout max min weight negative subsample feature validation"
        " val split queue replay hop fft model dense lstm gru rnn fc boosting boost local inner outer opt optimizer"
        " update gradient server client policy time update compute grid gradient expert solver"
        " search power negatives group instance spectral rms"
    ).split()
)
"""Before rate, size, length and the like these make the name of a setting; other words leave it open."""

OUTCOME_FIRST = frozenset(
    (
        " val valid validation test dev train training eval evaluation heldout holdout oof cv best final"
        " mean std avg average total calculated median overall last cumulative baseline"
        " used actual stopped trained completed reached achieved obtained observed ema"
    ).split()
)
"""First words of the names of outcomes."""

SETTING_FIRST = frozenset(
    (" max min num n early use enable disable no save warmup target initial init with do apply").split()
)
"""First words of the names of settings, even where the last word names an outcome: ``target_accuracy``."""

COUNTERS = frozenset("epoch step iteration iterations iter time timestamp duration".split())
"""Outcomes whose largest or smallest allowed value is a setting: ``max_epoch``, but not ``max_accuracy``."""

CORE = frozenset(
    (
        " accuracy acc bacc f1 auc auroc auprc loss mse rmse mae mape r2 reward rewards return returns score"
        " scores bleu wer cer perplexity ppl bpb mcc dice psnr ssim fid hota mota idf1 ndcg mrr recall"
        " precision sensitivity specificity bpc nll gflops tflops profit sharpe win wins ties draws defeats"
        " trades collisions violations failures crashes misses spills tp fp tn fn"
    ).split()
)
"""Words that name outcomes alone; of another name, a column of few, round values may be a threshold."""

STORED = frozenset("model file disk checkpoint ckpt binary code archive index database db".split())
"""Before a size in a unit of memory: what came out, while the size of a buffer was chosen."""

MEMORY_UNITS = frozenset("gb mb kb gib mib kib bytes byte tb".split())
"""Units of what is kept: a size in one of these is that of a model or a file, unless another word says of what."""

UNITS = frozenset(
    (
        " ms us ns s sec secs second min mins minutes h hr hrs hours mb gb kb mib gib kib pct percent px hz"
        " khz mhz ghz db usd eur kwh wh w kw"
    ).split()
)
"""Units that end a name: ``time(min)``, ``elapsed_s``."""

MONEY = frozenset("usd eur gbp dollar dollars euro euros cents".split())
"""What is paid: a name with one of these per something is that of a cost."""

SPLITS = {
    "val": 0, "valid": 0, "validation": 0, "dev": 0, "cv": 0, "oof": 0, "heldout": 0, "holdout": 0,
    "test": 1, "eval": 1, "evaluation": 1, "testing": 1,
    "train": 3, "training": 3, "fit": 3,
}  # fmt: skip
"""On which data an outcome was measured: validation before test, before what does not say, before training."""

UNSAID_SPLIT = 2

REFERENCES = frozenset(
    (
        " baseline dummy random naive original reference ref initial before pre previous prior start old"
        " benchmark untrained"
    ).split()
)
"""Words for what others reached, or what was so before: not what a run is for."""

COMPONENTS = frozenset(
    (
        " g d box cls dfl obj kl recon reconstruction aux auxiliary reg regularization regularisation"
        " commitment vq adv adversarial gen generator disc discriminator critic actor policy value entropy"
        " perceptual style content tv contrastive commit kd distill distillation mask rpn classifier bbox td bellman"
    ).split()
)
"""Words for a part of a loss."""

REACHED = frozenset(
    (
        " success successful completed complete finished"
        " converged achieved solved won passed feasible infeasible valid correct ok"
        " stable unstable detected reached violated violation terminated failed diverged overfit crashed"
        " faisable unsafe safe done stopped saturated degenerate pruned truncated collapsed exploded"
        " fell fallen tipped"
    ).split()
)
"""What a run came to, as true and false: last words of such names."""

MARKS = frozenset("✅ ❌ ✓ ✗ ✔ ✘ ☑ ☒ ✖".split())
"""Cells that say yes or no."""

REMARKS = frozenset("error reason message warning exception verdict comment remark traceback errors msg log".split())
"""Last words of the names of texts that say how a run went."""

PLACES = frozenset("path dir directory file folder checkpoint ckpt url link image plot figure".split())
"""Last words of the names of texts that say where something lies."""

CLOCK_UNITS = frozenset("ms us ns sec secs seconds msec usec millis cycles ticks minutes hours hrs".split())
"""Units that few settings have: what a name ends with that is a time."""

SEED = frozenset({"seed", "seeds", "random_state", "rng"})

NULLS = frozenset({"none", "null", "n/a", "na", "<na>", "nil"})
"""Words for no value, in lower case."""

PERSONS = frozenset(
    (
        " author authors owner user username annotator labeler labeller tester reviewer responsible assignee submitter"
        " experimenter contributor engineer editor who person"
    ).split()
)
"""Names of columns that say who did it."""

PERSONS_OR_TOOLS = frozenset("operator evaluator judge rater".split())
"""Names of columns that say who did it if no value has a digit: operators of a search and models are called so too."""

DONE = frozenset(
    (
        " created run done executed trained tested submitted launched started made performed written logged recorded"
        " erstellt durchgeführt bearbeitet ausgeführt gestartet créé réalisé effectué lancé hecho creado realizado"
        " ejecutado"
    ).split()
)
"""What stands before a word for by in the name of a column that says who did it."""

BY = frozenset("by von par por".split())

RUN_NOUNS = frozenset(
    "run trial experiment exp job case calc calculation config configuration attempt simulation sim setup entry".split()
)
"""What a row may be called …"""

RUN_NUMBERS = frozenset("id ids name number no nr num idx index code key uid uuid hash label".split())
"""… and what tells one from the other."""
