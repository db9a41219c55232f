"""scikit-learn's side of the boosting benchmark: fits and predicts on one thread and prints CPU seconds as one JSON line.

Run by bench/boosting.ts: python boosting_bench.py FOLDER TRAIN_ROWS TEST_ROWS COLUMNS, where FOLDER holds x.f32 and t.f32
(column-major tables) and y.f64. Needs scikit-learn.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import json
import sys
import time

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingRegressor

# Column-major doubles: what scikit-learn fits and predicts fastest, row-major tables cost it several times as much.
folder, train, test, columns = sys.argv[1], *map(int, sys.argv[2:5])
x = np.fromfile(f"{folder}/x.f32", np.float32).reshape(columns, train).T.astype(np.float64)
t = np.fromfile(f"{folder}/t.f32", np.float32).reshape(columns, test).T.astype(np.float64)
y = np.fromfile(f"{folder}/y.f64", np.float64)

model = HistGradientBoostingRegressor(
    learning_rate=0.05,
    max_iter=300,
    max_leaf_nodes=15,
    min_samples_leaf=40,
    l2_regularization=1,
    early_stopping=False,
)
begun = time.process_time()
model.fit(x, y)
fitted = time.process_time()
for _ in range(3):
    model.predict(t)
predicted = (time.process_time() - fitted) / 3
print(json.dumps({"version": sklearn.__version__, "fit": fitted - begun, "predict": predicted}))
