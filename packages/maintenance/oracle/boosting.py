"""Golden values of boosting: models, predictions and Shapley values of XGBoost and LightGBM, and fits of LightGBM and
scikit-learn on a small table whose values all have bins of their own. Writes test/golden/boosting.json.

Run: python packages/maintenance/oracle/boosting.py (needs numpy, lightgbm, xgboost, scikit-learn, shap).
"""

import json
import pathlib

import lightgbm as lgb
import numpy as np
import shap
import xgboost as xgb
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

ROWS, COLUMNS, SHOWN = 400, 5, 25
random = np.random.default_rng(7)


def table(missing):
    x = np.round(random.normal(size=(ROWS, COLUMNS)), 1).astype(np.float32)
    x[:, 4] = np.round(x[:, 4])
    if missing:
        x[random.random(x.shape) < 0.15] = np.nan
    return x


def numbers(array, digits=9):
    return [None if np.isnan(v) else float(f"{v:.{digits}g}") for v in np.asarray(array).reshape(-1)]


X = table(True)
WHOLE = table(False)
FILLED = np.nan_to_num(X, nan=0.7)
Y = FILLED[:, 0] * 3 + np.sin(2 * FILLED[:, 1]) + FILLED[:, 2] * FILLED[:, 3] + random.normal(size=ROWS) * 0.3
Z = (Y > 0.5).astype(np.float64)
WEIGHTS = np.round(random.random(ROWS) * 2 + 0.1, 2)


def xgboost_model(name, x, y, parameters, rounds):
    booster = xgb.train({"nthread": 1, "seed": 1, **parameters}, xgb.DMatrix(x, label=y), rounds)
    given = xgb.DMatrix(x[:SHOWN])
    return {
        "name": name,
        "model": booster.save_raw("json").decode(),
        "table": "whole" if x is WHOLE else "gaps",
        "predictions": numbers(booster.predict(given)),
        "contributions": numbers(booster.predict(given, pred_contribs=True)),
    }


def lightgbm_model(name, x, y, parameters, rounds):
    given = {"verbose": -1, "num_threads": 1, "deterministic": True, "force_col_wise": True, **parameters}
    booster = lgb.train(given, lgb.Dataset(x, label=y), rounds)
    explained = shap.TreeExplainer(booster)
    values = explained.shap_values(x[:SHOWN])
    return {
        "name": name,
        "text": booster.model_to_string().split("feature_importances:")[0],
        "json": json.dumps(booster.dump_model()),
        "table": "whole" if x is WHOLE else "gaps",
        "predictions": numbers(booster.predict(x[:SHOWN])),
        "contributions": numbers(booster.predict(x[:SHOWN], pred_contrib=True)),
        "shap": numbers(values[-1] if isinstance(values, list) else values),
    }


OPTIONS = {"trees": 40, "rate": 0.1, "leaves": 8, "leastRows": 10, "l2": 1}


def fitted(name, x, y, predictions, options, weights=None):
    return {
        "name": name,
        "options": {**OPTIONS, **options},
        "table": "whole" if x is WHOLE else "gaps",
        "y": numbers(y),
        "weights": None if weights is None else numbers(weights),
        "predictions": numbers(predictions),
    }


def lightgbm_fit(name, x, y):
    """LightGBM told to do what ours does. Only for flat second derivatives: else it estimates numbers of rows from them."""
    parameters = {
        "verbose": -1,
        "num_threads": 1,
        "deterministic": True,
        "force_col_wise": True,
        "objective": "regression",
        "learning_rate": 0.1,
        "num_leaves": 8,
        "min_data_in_leaf": 10,
        "min_sum_hessian_in_leaf": 0,
        "lambda_l2": 1,
        "min_data_in_bin": 1,
        "feature_pre_filter": False,
    }
    booster = lgb.train(parameters, lgb.Dataset(x, label=y), 40)
    return fitted(name, x, y, booster.predict(x), {})


def sklearn_fit(name, x, y, options, weights=None, **parameters):
    kind = HistGradientBoostingClassifier if "loss" in options else HistGradientBoostingRegressor
    model = kind(
        learning_rate=0.1,
        max_iter=40,
        max_leaf_nodes=8,
        min_samples_leaf=10,
        l2_regularization=1,
        early_stopping=False,
        **parameters,
    ).fit(x, y, sample_weight=weights)
    predictions = model.predict_proba(x)[:, 1] if "loss" in options else model.predict(x)
    return fitted(name, x, y, predictions, options, weights)


def monotone_fit(name, x, y):
    """scikit-learn and LightGBM simplify the gain of a bounded leaf; XGBoost, like ours, does not."""
    parameters = {
        "nthread": 1,
        "objective": "reg:squarederror",
        "base_score": float(np.mean(y)),
        "eta": 0.1,
        "tree_method": "hist",
        "grow_policy": "lossguide",
        "max_leaves": 8,
        "max_depth": 0,
        "min_child_weight": 10,
        "lambda": 1,
        "max_bin": 512,
        "monotone_constraints": "(1,-1,0,0,0)",
    }
    data = xgb.DMatrix(x, label=y)
    model = xgb.train(parameters, data, 40)
    return fitted(name, x, y, model.predict(data), {"monotone": {"f0": 1, "f1": -1}})


POISSON = np.round(np.exp(np.clip(Y / 3, -2, 2)))
SMALL = {"max_depth": 4, "eta": 0.2}
LEAVES = {"num_leaves": 9, "learning_rate": 0.2, "min_data_in_leaf": 10}
golden = {
    "versions": {"xgboost": xgb.__version__, "lightgbm": lgb.__version__, "shap": shap.__version__},
    "columns": COLUMNS,
    "tables": {"gaps": numbers(X, 4), "whole": numbers(WHOLE, 4)},
    "xgboost": [
        xgboost_model("squared", X, Y, {**SMALL, "objective": "reg:squarederror"}, 12),
        xgboost_model("logistic", X, Z, {**SMALL, "objective": "binary:logistic"}, 12),
        xgboost_model("nothing missing", WHOLE, Y, {**SMALL, "objective": "reg:absoluteerror"}, 8),
        xgboost_model(
            "dart",
            X,
            Y,
            {**SMALL, "objective": "reg:squarederror", "booster": "dart", "rate_drop": 0.4},
            8,
        ),
        xgboost_model("poisson", X, POISSON, {**SMALL, "objective": "count:poisson"}, 8),
    ],
    "lightgbm": [
        lightgbm_model("squared", X, Y, {**LEAVES, "objective": "regression"}, 12),
        lightgbm_model("logistic", X, Z, {**LEAVES, "objective": "binary"}, 12),
        lightgbm_model("nothing missing", WHOLE, Y, {**LEAVES, "objective": "quantile", "alpha": 0.8}, 8),
        lightgbm_model(
            "forest",
            X,
            Y,
            {**LEAVES, "objective": "regression", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6},
            6,
        ),
    ],
    "fits": [
        lightgbm_fit("LightGBM, squared", X, Y),
        sklearn_fit("scikit-learn, squared", X, Y, {}),
        sklearn_fit("scikit-learn, weighted", X, Y, {}, WEIGHTS),
        sklearn_fit("scikit-learn, logistic", X, Z, {"loss": {"kind": "logistic"}}),
        sklearn_fit("scikit-learn, logistic and weighted", X, Z, {"loss": {"kind": "logistic"}}, WEIGHTS),
        monotone_fit("XGBoost, monotone", WHOLE, Y + WHOLE[:, 0]),
    ],
}
path = pathlib.Path(__file__).parent.parent / "test" / "golden" / "boosting.json"
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, "bytes")
