"""Aligns clouds with Open3D as PASDF (Zhao et al., ICCV 2025) does: voxel 0.03 of an object of size 1, normals in 2 voxels
(30 neighbours), FPFH in 5 (100), RANSAC on mutual matches within 1.5 voxels (100,000 iterations, confidence 0.999), then
point-to-point ICP within 0.4 voxels (100 iterations). The method "retries" runs again from where it is, up to ten times, as long as
100 times the mean distance from scan to reference (5,000 points at most) is over 1.6, which grows by 0.1.

Reads clouds from standard input and answers on standard output, see peer.go."""

import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count()))
import numpy as np
import open3d as o3d

reg = o3d.pipelines.registration
VOXEL = 0.03


def cloud(points):
    c = o3d.geometry.PointCloud()
    c.points = o3d.utility.Vector3dVector(points)
    return c


def prepare(c):
    """The thinned cloud and its features."""
    down = c.voxel_down_sample(VOXEL)
    down.estimate_normals(o3d.geometry.KDTreeSearchParamHybrid(radius=2 * VOXEL, max_nn=30))
    return down, reg.compute_fpfh_feature(down, o3d.geometry.KDTreeSearchParamHybrid(radius=5 * VOXEL, max_nn=100))


def once(scan, reference):
    """One RANSAC and ICP; the pose, reference from scan."""
    source, source_fpfh = prepare(scan)
    target, target_fpfh = reference["prepared"]
    coarse = reg.registration_ransac_based_on_feature_matching(
        source, target, source_fpfh, target_fpfh, True, 1.5 * VOXEL, reg.TransformationEstimationPointToPoint(False), 3,
        [reg.CorrespondenceCheckerBasedOnEdgeLength(0.9), reg.CorrespondenceCheckerBasedOnDistance(1.5 * VOXEL)],
        reg.RANSACConvergenceCriteria(100000, 0.999))
    fine = reg.registration_icp(
        source, target, 0.4 * VOXEL, coarse.transformation, reg.TransformationEstimationPointToPoint(False),
        reg.ICPConvergenceCriteria(max_iteration=100))
    return fine.transformation


def chamfer(scan, reference):
    down = scan.voxel_down_sample(VOXEL / 4)
    if len(down.points) > 5000:
        down = down.random_down_sample(5000 / len(down.points))
    return 100 * float(np.mean(np.asarray(down.compute_point_cloud_distance(reference["cloud"]))))


def retries(scan, reference):
    pose = once(scan, reference)
    limit = 1.6
    for _ in range(10):
        moved = o3d.geometry.PointCloud(scan).transform(pose)
        if chamfer(moved, reference) <= limit:
            break
        pose = once(moved, reference) @ pose
        limit += 0.1
    return pose


METHODS = {"Open3D": once, "Open3D with retries": retries}


def main():
    def say(answer):
        print(json.dumps(answer), flush=True)

    say({"methods": list(METHODS)})
    reference = None
    while line := sys.stdin.buffer.readline():
        ask = json.loads(line)
        raw = sys.stdin.buffer.read(12 * ask["points"])
        size = ask["diagonal"]
        points = np.frombuffer(raw, "<f4").reshape(-1, 3).astype(float)
        if ask["do"] == "reference":
            middle = points.mean(0)
            c = cloud((points - middle) / size)
            reference = {"cloud": c, "middle": middle, "prepared": prepare(c)}
            say({})
            continue
        start, cpu = time.perf_counter(), time.process_time()
        origin = points.mean(0)
        pose = METHODS[ask["do"]](cloud((points - origin) / size), reference)
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
        out = np.eye(4)
        out[:3, :3] = pose[:3, :3]
        out[:3, 3] = size * pose[:3, 3] + reference["middle"] - pose[:3, :3] @ origin
        say({"matrix": list(map(float, out.ravel())), "wall": wall, "cpu": cpu})


main()
