#!/bin/bash
# Fans a sweep out as a Slurm array:
#   sbatch slurm.sh GRID FOLDER          each task trains its part into FOLDER
#   collapse-lab merge FOLDER/*.json --out map.json          once all have ended
# A task that is cut off or requeued goes on where it was: Slurm's warning ends it with everything saved.
#SBATCH --job-name=collapse-map
#SBATCH --array=1-16
#SBATCH --cpus-per-task=4
#SBATCH --time=01:00:00
#SBATCH --requeue
#SBATCH --signal=B:TERM@30
set -euo pipefail
grid=$1
folder=$2
mkdir -p "$folder"
# In place of this shell, so that Slurm's signal reaches it.
exec collapse-lab sweep "$grid" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
    --threads "${SLURM_CPUS_PER_TASK:-1}" --quiet --resume --out "$folder/$SLURM_ARRAY_TASK_ID.json"
